// Saving what a command made in a file that it was told.

import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes a file; throws, with the reason, where that cannot be. */
export async function saveFile(file: string, content: Parameters<typeof writeFile>[1]): Promise<void> {
  await writeFile(file, content).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === 'ENOENT' ? `there is no folder ${dirname(file)}` : error.message
    throw new Error(`${file}: it cannot be saved: ${reason}. Name another file.`, { cause: error })
  })
}

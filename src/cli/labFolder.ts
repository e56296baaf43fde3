// Where the lab's measurements are kept: a folder, a file for each.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolders } from '../checkpoint/makeFolders.ts'
import type { LabStore } from '../lab/saved.ts'
import { saveFile } from './saveFile.ts'

/** The measurements in a folder, which is made when there is one to keep. */
export function labFolder(folder: string): LabStore {
  const placeOf = (name: string): string => join(folder, `${name}.json`)
  return {
    placeOf,
    async read(name) {
      try {
        return await readFile(placeOf(name), 'utf8')
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code === 'ENOENT') return undefined
        throw new Error(`${placeOf(name)}: it cannot be read (${code}). Name another folder with --out.`, {
          cause: error,
        })
      }
    },
    async write(name, content) {
      await makeFolder(folder)
      await saveFile(placeOf(name), content)
    },
  }
}

/** Throws where a folder cannot be made: that is said before the work. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await makeFolders(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new Error(`${folder}: no folder can be made there (${code}). Name another with --out.`, { cause: error })
  }
}

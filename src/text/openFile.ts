// Opening a file that was named: only what is a file is read. A pipe without a writer would be waited for without end, some
// devices never end, and a folder opens like a file but cannot be read. This needs Node.

import { constants, type Stats } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'

/**
 * Opens a file to read it, without ever waiting.
 *
 * Throws for what is no file: a folder, a pipe, a socket, a device. Errors of the system (there is none of that name) are
 * thrown as they are, with their `code`, which this one has not.
 */
export async function openFile(path: string): Promise<FileHandle> {
  checkIsFile(path, await stat(path))
  // Something else may stand there by now: opening must not wait either. (Windows knows no such flag, and no such pipes.)
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    checkIsFile(path, await handle.stat())
    return handle
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** All bytes of a file that somebody named: a `what`, such as "picture". Throws as `openFile` does, and in words where there is none. */
export const readNamedBytes = (path: string, what: string): Promise<Uint8Array> =>
  readFileBytes(path).catch((error: NodeJS.ErrnoException) => {
    const { code, message } = error
    if (code === undefined) throw error
    const reason = code === 'ENOENT' ? `there is no such ${what}` : (reasons[code] ?? message)
    const advice = code === 'EACCES' ? 'Check its permissions, or name another.' : 'Correct the name.'
    throw new Error(`${path}: ${reason}. ${advice}`, { cause: error })
  })

const reasons: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of this path is a file, not a folder',
  EACCES: 'it may not be read by you',
  ELOOP: 'links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
}

/** All bytes of a file; throws as `openFile` does. */
export async function readFileBytes(path: string): Promise<Uint8Array> {
  const handle = await openFile(path)
  try {
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/** Throws unless this is a file. */
function checkIsFile(path: string, found: Stats): void {
  if (found.isFile()) return
  const [what, advice] = kindOf(found)
  throw new Error(`${path}: this is no file, but ${what}. ${advice}`)
}

function kindOf(found: Stats): readonly [what: string, advice: string] {
  if (found.isDirectory()) return ['a folder', 'Name a file.']
  if (found.isFIFO()) return ['a pipe', 'Save what comes out of it, and name that file.']
  if (found.isSocket()) return ['a socket', 'Name a file.']
  return ['a device', 'Name a file.']
}

// The files of a folder on the disk. This needs Node.

import { type FileHandle, readdir } from 'node:fs/promises'
import { basename, dirname, join, normalize, resolve } from 'node:path'
import { openFile } from '../text/openFile.ts'
import { nearest } from '../text/spelling.ts'
import { checkIsInside, type FolderFiles, type OpenFile } from './folderFiles.ts'

/** The files of a folder on the disk. Whether it is there shows when it is read. */
export function diskFiles(folder: string): FolderFiles {
  return {
    name: normalize(folder).replace(/(?<=.)[\\/]+$/, ''),
    list: () => readdir(folder).catch((error: unknown) => noFolder(folder, error)),
    async open(name) {
      checkIsInside(this, name)
      const handle = await openFile(join(folder, name)).catch(async (error: unknown) => {
        if (!isMissing(error)) throw unreadable(join(folder, name), error)
        await this.list()
        return undefined
      })
      return handle && openedFile(handle, join(folder, name))
    },
  }
}

/** The longest that one call reads: the system takes less than 2 GiB. */
const mostAtOnce = 2 ** 30

async function openedFile(handle: FileHandle, path: string): Promise<OpenFile> {
  const { size } = await handle.stat()
  return {
    size,
    async read(offset, into) {
      for (let done = 0; done < into.length; ) {
        const length = Math.min(into.length - done, mostAtOnce)
        const { bytesRead } = await handle.read(into, done, length, offset + done).catch((error: unknown) => {
          throw unreadable(path, error)
        })
        if (bytesRead === 0)
          throw new Error(`${path}: it ended at byte ${offset + done} while it was read. Is something writing to it?`)
        done += bytesRead
      }
    },
    close: () => handle.close(),
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
}

function unreadable(path: string, cause: unknown): Error {
  // What is no file says so itself.
  if (cause instanceof Error && !('code' in cause)) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new Error(`${path}: it cannot be read (${message}). Check its permissions.`, { cause })
}

async function noFolder(folder: string, cause: unknown): Promise<never> {
  if (!isMissing(cause)) throw unreadable(folder, cause)
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOTDIR')
    throw new Error(
      /\.zip$/i.test(folder)
        ? `${folder}: this is a zip. Unpack it, and name the folder that was in it.`
        : `${folder}: this is a file, not a folder. Name the folder of a model.`,
      { cause },
    )
  const beside = await readdir(dirname(resolve(folder))).catch((): string[] => [])
  const meant = nearest(basename(resolve(folder)), beside)
  throw new Error(
    `${folder}: there is no such folder. ${meant === undefined ? 'Check the name.' : `Did you mean "${join(dirname(folder), meant)}"?`}`,
    { cause },
  )
}

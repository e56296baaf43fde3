// A folder that is going to be saved in: made and tried before the work, since it would be a pity to learn only after an
// hour that nothing can be saved; and removed again where nothing came of it.

import { access, constants, rmdir } from 'node:fs/promises'
import { makeFolders } from '../../checkpoint/makeFolders.ts'
import { SettingError, setting, told } from '../settingError.ts'

/** Makes a folder, where it is not there, and does the work. Folders that were made are removed again if they stay empty. */
export async function withFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const made: string[] = []
  try {
    try {
      await makeFolders(folder, made)
      await access(folder, constants.W_OK | constants.X_OK)
    } catch (error) {
      throw cannotSave(folder, error)
    }
    return await work()
  } finally {
    for (const path of made) await rmdir(path).catch(() => {})
  }
}

/** The error for a folder in which nothing can be saved; it says why. */
export function cannotSave(folder: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return error
  return new SettingError(
    told`${folder}: nothing can be saved there: ${reasons[code] ?? message}. Name another folder with ${setting('out')}.`,
    { cause: error },
  )
}

const reasons: Readonly<Record<string, string>> = {
  EROFS: 'the disk is read-only',
  EACCES: 'permission is denied',
  EPERM: 'it is not permitted',
  ENOSPC: 'the disk is full',
  EDQUOT: 'your share of the disk is full',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'a part of this path is a file',
  EEXIST: 'this is a file, not a folder',
  ENAMETOOLONG: 'a name is too long',
  ELOOP: 'links lead in a circle',
}

// Saving what a command made in a file that it was told: whether that can be is said before the work, not after it.

import { randomBytes } from 'node:crypto'
import { access, constants, lstat, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import type { SavedKind } from './savedKinds.ts'

/**
 * Throws, with the reason, where a file cannot be written, where it would take the place of a file that was not saved as one of its kind
 * (one that is empty holds nothing), and where its name says that it is of another kind.
 */
export async function checkCanSave(file: string, kind: SavedKind): Promise<void> {
  if (/[\\/]$/.test(file)) throw notSaved(file, 'this names a folder')
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw notSaved(file, reasonOf(error, file), error)
  })
  if (found?.isDirectory()) throw notSaved(file, 'this is a folder')
  const written = found === undefined ? dirname(file) : file
  const folder = await stat(dirname(file)).catch(() => undefined)
  if (folder !== undefined && !folder.isDirectory()) throw notSaved(file, `${dirname(file)} is a file, not a folder`)
  await access(written, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw notSaved(file, reasonOf(error, file), error)
  })
  if (found && !found.isFile()) return
  if (found && found.size > 0) await checkMayReplace(file, kind)
  checkEnding(file, kind)
}

/** Throws where a name ends as those of another kind of file do. */
export function checkEnding(file: string, { name, endings }: SavedKind): void {
  const ending = extname(file)
  if (!/^\.\w+$/.test(ending) || endings.includes(ending.toLowerCase())) return
  throw new Error(
    `${file}: what is saved is ${name}, but the name ends in ${ending}. Name a file that ends in ${endings.join(' or ')}.`,
  )
}

async function checkMayReplace(file: string, kind: SavedKind): Promise<void> {
  const isOfKind = await kind.holds(file).catch((error: NodeJS.ErrnoException) => {
    throw notSaved(file, reasonOf(error, file), error)
  })
  if (!isOfKind) throw notSaved(file, `a file is there that was not saved as ${kind.name} by this program`)
}

/**
 * Writes a file; throws, with the reason, where that cannot be. A file that was there stays as it is until the new one is
 * complete; what is no file (a pipe to another program) is written to.
 */
export async function saveFile(file: string, content: Parameters<typeof writeFile>[1]): Promise<void> {
  const found = await lstat(file).catch(() => undefined)
  const isReplaced = found === undefined || found.isFile()
  const name = `${basename(file).slice(0, 200)}.${randomBytes(6).toString('hex')}.part`
  const first = isReplaced ? join(dirname(file), name) : file
  try {
    await writeFile(first, content, found?.isFile() ? { mode: found.mode } : {})
    if (isReplaced) await rename(first, file)
  } catch (error) {
    if (isReplaced) await rm(first, { force: true }).catch(() => {})
    throw notSaved(file, reasonOf(error as NodeJS.ErrnoException, file), error)
  }
}

/** Throws where what is made would take the place of what it is made from. */
export function checkIsOther(file: string, read: string): void {
  if (resolve(file) === resolve(read)) throw notSaved(file, 'it is what is read')
}

/** Throws where two things would be saved in the same file. */
export function checkAreApart(...files: readonly (string | undefined)[]): void {
  const named = files.filter((file) => file !== undefined)
  for (const [i, file] of named.entries())
    if (named.slice(i + 1).some((other) => resolve(other) === resolve(file))) throw notSaved(file, 'two flags name it')
}

function reasonOf({ code = '', message }: NodeJS.ErrnoException, file: string): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `there is no folder ${dirname(file)}`,
    ENOTDIR: 'a part of this path is a file, not a folder',
    EACCES: 'permission is denied',
    EPERM: 'it is not permitted',
    EROFS: 'the disk is read-only',
    ENOSPC: 'the disk is full',
    EISDIR: 'this is a folder',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'links lead in a circle',
  }
  return reasons[code] ?? message
}

function notSaved(file: string, reason: string, cause?: unknown): Error {
  return new Error(`${file}: it cannot be saved: ${reason}. Name another file.`, { cause })
}

// Saving a checkpoint on the disk, so that Python's `from_pretrained` opens it. This needs Node.
//
// A save that is killed must not cost what was saved before. So every file is first written whole under another name
// and forced onto the disk; only when all of them are there are they renamed, and renaming replaces a file in one go. Shards
// get names that no others have there: until the new index takes the place of the old one, that names the old shards, and
// they are all there. The training state comes last and commits the checkpoint: a resumed run takes its numbers from that
// file alone.

import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Architecture, ConfigOf } from './architecture.ts'
import type { KnownArchitecture } from './architectures.ts'
import { diskFiles } from './diskFiles.ts'
import { type FolderFiles, readJSON } from './folderFiles.ts'
import { describeFolder } from './load.ts'
import { isSame, type SavedModel, savedFiles } from './savedFiles.ts'
import type { SavedFile } from './saveWeights.ts'

/**
 * Saves a checkpoint: the model as a Hugging Face folder and, when given, the training state. Until it is complete the
 * folder holds what it held before, whatever happens.
 *
 * Throws when the folder holds another model, and when the disk is full or cannot be written; then nothing has changed.
 */
export async function saveFolder<A extends Architecture = KnownArchitecture>(
  folder: string,
  saved: SavedModel<A>,
): Promise<void> {
  await createFolder(folder)
  await checkHoldsSameModel(folder, saved)
  await removeLeftovers(folder)
  const files = await savedFiles(saved, diskFiles(folder))
  await replaceFiles(folder, files)
  await removeFormer(folder, files)
}

/** What temporary files are called: the file's name, something random, and an ending of their own. */
const leftover = /^[\w.-]+\.[0-9a-f]{12}\.part$/
/** What files of weights are called. */
const weightFile = /^model(-[\w-]+)?\.safetensors(\.index\.json)?$/

/** Replaces files by new ones: all are written and on the disk before the first is renamed. */
async function replaceFiles(folder: string, files: readonly SavedFile[]): Promise<void> {
  const staged: { file: SavedFile; temporary: string }[] = []
  let current: SavedFile | undefined
  try {
    for (const file of files) {
      current = file
      const temporary = join(folder, `${file.name}.${randomBytes(6).toString('hex')}.part`)
      staged.push({ file, temporary })
      await writeSynced(temporary, file.chunks())
    }
    for (const { file, temporary } of staged) {
      current = file
      await rename(temporary, join(folder, file.name))
    }
    await syncFolder(folder)
  } catch (error) {
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => {})
    throw notSaved(folder, current?.name ?? 'the checkpoint', error, current?.bytes ?? 0)
  }
}

async function writeSynced(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx')
  try {
    for (const chunk of chunks) {
      // One call writes at most what the system likes, and less than 2 GiB.
      for (let offset = 0; offset < chunk.length; ) {
        const { bytesWritten } = await file.write(chunk, offset, Math.min(chunk.length - offset, 2 ** 30))
        offset += bytesWritten
      }
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Removes the weights that the new ones took the place of, where they have other names: shards, or the one file. */
async function removeFormer(folder: string, files: readonly SavedFile[]): Promise<void> {
  const names = new Set(files.map(({ name }) => name))
  for (const name of await readdir(folder))
    if (weightFile.test(name) && !names.has(name)) await rm(join(folder, name), { force: true }).catch(() => {})
}

/** A rename is on the disk only once its folder is. Windows cannot open folders, and does this by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function createFolder(folder: string): Promise<void> {
  try {
    const first = await mkdir(folder, { recursive: true })
    if (first !== undefined) await syncFolder(dirname(resolve(first)))
  } catch (error) {
    throw notSaved(folder, 'the folder', error, 0)
  }
}

/** Removes what a killed save left behind. */
async function removeLeftovers(folder: string): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  for (const name of names.filter((name) => leftover.test(name)))
    await rm(join(folder, name), { force: true }).catch(() => {})
}

/**
 * A folder belongs to one model. Replacing a model by one of other sizes would take several renames, and a kill between
 * two of them would leave a mixture; besides, somebody's weights would be gone.
 */
async function checkHoldsSameModel<A extends Architecture>(folder: string, mine: SavedModel<A>): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  if (!names.some((name) => name.endsWith('.safetensors')) || !names.includes('config.json')) return
  const what = await describeDifference(diskFiles(folder), mine)
  if (what !== undefined) {
    throw new Error(`${folder}: it holds another model: ${what}. Save into another folder, or delete this one.`)
  }
}

async function describeDifference<A extends Architecture>(
  there: FolderFiles,
  { architecture, config, tokenizer }: SavedModel<A>,
): Promise<string | undefined> {
  let theirs: ConfigOf<A>
  try {
    theirs = (await describeFolder(there, { of: [architecture] })).config
  } catch (error) {
    return `its config.json cannot be read (${error instanceof Error ? error.message : error})`
  }
  const sizes = architecture.sizesOf(theirs)
  for (const [name, size] of Object.entries(architecture.sizesOf(config))) {
    if (sizes[name] !== size) return `${name} is ${sizes[name]} there and ${size} here`
  }
  const json = await readJSON(there, 'tokenizer.json')
  const isOther = json !== undefined && tokenizer !== undefined && !isSame(json, tokenizer.toJSON())
  return isOther ? 'its tokenizer.json has another vocabulary' : undefined
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function notSaved(folder: string, name: string, cause: unknown, bytes: number): Error {
  const before = 'What was saved before is as it was.'
  const size = bytes === 0 ? '' : ` (${bytes} bytes)`
  const message = cause instanceof Error ? cause.message : String(cause)
  const what: Record<string, string> = {
    ENOSPC: `the disk is full, ${name}${size} does not fit. ${before} Free some space and save again.`,
    EDQUOT: `your share of the disk is full, ${name}${size} does not fit. ${before} Free some space and save again.`,
    EFBIG: `${name}${size} is longer than files may be here. ${before} Choose a folder on another disk.`,
    EROFS: `${name} cannot be written, the disk is read-only. ${before} Choose another folder.`,
    EACCES: `${name} cannot be written, permission is denied. ${before} Choose another folder, or change its permissions.`,
    EPERM: `${name} cannot be written, it is not permitted. ${before} Choose another folder, or change its permissions.`,
    EEXIST: 'this is a file, not a folder. Choose another name.',
    ENOTDIR: 'a part of this path is a file, not a folder. Choose another name.',
  }
  const known = what[codeOf(cause)]
  return new Error(
    `${folder}: ${known ?? `${name} could not be saved (${message}). ${before} Save again, or into another folder.`}`,
    { cause },
  )
}

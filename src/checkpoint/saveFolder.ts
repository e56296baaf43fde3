// Saving a checkpoint on the disk, so that Python's `from_pretrained` opens it. This needs Node.
//
// A save that is killed must not cost what was saved before. So every file is first written whole under another name
// and forced onto the disk; only when all of them are there are they renamed, and renaming replaces a file in one go. Shards
// get names that no others have there: until the new index takes the place of the old one, that names the old shards, and
// they are all there. The training state comes last and commits the checkpoint: a resumed run takes its numbers from that
// file alone. In a new folder config.json comes after it: without it nothing is a model (savedNames.ts).
//
// Whatever else is in the folder stays as it is: only files are removed that the former checkpoint names (formerWeights.ts).

import { randomBytes } from 'node:crypto'
import { type FileHandle, lstat, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Codec } from '../data/codec.ts'
import type { ModelSizes } from './blueprint.ts'
import { diskFiles } from './diskFiles.ts'
import { claimFolder, type FolderClaim } from './folderClaim.ts'
import { type FolderFiles, readJSON } from './folderFiles.ts'
import { noteOf, removeLeftovers, weightsIn } from './formerWeights.ts'
import { describeFolder } from './load.ts'
import { makeFolders } from './makeFolders.ts'
import { isSame, type SavedModel, savedFiles, savedTokenizer } from './savedFiles.ts'
import {
  beginningNames,
  flatName,
  isBeginning,
  readByTokenizers,
  sentenceNames,
  trainingName,
  wholeName,
} from './savedNames.ts'
import type { SavedFile } from './saveWeights.ts'
import { indexName } from './tensorFiles.ts'

export interface SaveOptions {
  /** The claim under which a run writes there. Without one the folder is claimed for this save. */
  readonly claim?: FolderClaim
  /** True where a model that is there is replaced, whichever it is. */
  readonly replaces?: boolean
}

/**
 * Saves a checkpoint: the model as a Hugging Face folder and, when given, the training state. Until it is complete the
 * folder holds what it held before, whatever happens; files that are no part of the checkpoint stay as they are.
 *
 * Throws when the folder holds another model or something else under the names of a checkpoint's files, when another process
 * writes there, and when the disk is full or cannot be written; then nothing has changed.
 */
export async function saveFolder(
  folder: string,
  saved: SavedModel,
  { claim, replaces = false }: SaveOptions = {},
): Promise<void> {
  await createFolder(folder)
  const own = claim ?? (await claimedForSaving(folder))
  try {
    await own?.check()
    const names = await readdir(folder)
    if (isBeginning(names)) await removeCheckpoint(folder)
    else if (!replaces) await checkHoldsSameModel(folder, saved, names)
    await removeLeftovers(folder)
    const isNew = replaces || !(await readdir(folder)).includes('config.json')
    const files = await savedFiles(saved, replaces ? unread(folder) : diskFiles(folder))
    const last = isNew ? files.filter(({ name }) => name === 'config.json') : []
    await replaceFiles(folder, [...files.filter((file) => !last.includes(file)), ...last], { isNew, replaces })
  } finally {
    if (claim === undefined) await own?.release()
  }
}

/** Where no claim can be made nothing can be saved either, which the save itself says best. */
function claimedForSaving(folder: string): Promise<FolderClaim | undefined> {
  return claimFolder(folder, 'save').catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error
    return undefined
  })
}

/** A folder whose files' names are in use, and whose files do not count. */
const unread = (folder: string): FolderFiles => ({ ...diskFiles(folder), open: async () => undefined })

/** Replaces files by new ones: all are written and on the disk before the first is renamed. */
async function replaceFiles(
  folder: string,
  files: readonly SavedFile[],
  { isNew, replaces }: { isNew: boolean; replaces: boolean },
): Promise<void> {
  const staged: { file: SavedFile; temporary: string }[] = []
  const placed: string[] = []
  let current: SavedFile | undefined
  const stage = async (file: SavedFile): Promise<void> => {
    current = file
    const temporary = `${flatName(file.name)}.${randomBytes(6).toString('hex')}.part`
    staged.push({ file, temporary })
    await writeSynced(join(folder, temporary), file)
  }
  try {
    for (const file of files) {
      await checkIsNoFolder(join(folder, file.name))
      await stage(file)
    }
    const toPlace = [...staged]
    const former = replaces ? [] : await weightsIn(folder)
    const note = noteOf(
      former,
      staged.map(({ file, temporary }) => ({ name: file.name, temporary })),
    )
    if (note !== undefined) await stage(note)
    if (replaces) await removeCheckpoint(folder, [...readByTokenizers, ...sentenceNames])
    for (const { file, temporary } of toPlace) {
      current = file
      if (file.name.includes('/')) await makeFolders(dirname(join(folder, file.name)))
      await rename(join(folder, temporary), join(folder, file.name))
      placed.push(file.name)
    }
    await syncFolder(folder)
    const isWeight = new Set(files.map(({ name }) => name))
    for (const name of former)
      if (isWeight.has(wholeName) || isWeight.has(indexName))
        if (!isWeight.has(name)) await rm(join(folder, name), { force: true }).catch(() => {})
    if (note !== undefined) await rm(join(folder, staged[staged.length - 1].temporary), { force: true }).catch(() => {})
  } catch (error) {
    if (isNew) for (const name of placed) await rm(join(folder, name), { force: true }).catch(() => {})
    for (const { temporary } of staged) await rm(join(folder, temporary), { force: true }).catch(() => {})
    throw notSaved(folder, current?.name ?? 'the checkpoint', error, current?.bytes ?? 0)
  }
}

/** A folder cannot be replaced by a file; it is somebody's. */
async function checkIsNoFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found?.isDirectory()) throw new Error('a folder has this name')
}

/** Removes the files of a checkpoint: config.json first, since without it the rest is no model. */
async function removeCheckpoint(folder: string, also: readonly string[] = []): Promise<void> {
  const weights = await weightsIn(folder)
  for (const name of [...beginningNames, ...weights, ...also]) await rm(join(folder, name), { force: true })
}

async function writeSynced(path: string, saved: SavedFile): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await saved.write(async (chunk) => {
      // One call writes at most what the system likes, and less than 2 GiB.
      for (let offset = 0; offset < chunk.length; ) {
        const { bytesWritten } = await file.write(chunk, offset, Math.min(chunk.length - offset, 2 ** 30))
        offset += bytesWritten
      }
    })
    await sync(file)
  } finally {
    await file.close()
  }
}

/** Waits until all of it is on the disk. Node's --permission allows nobody to wait; the system then writes when it likes. */
async function sync(file: FileHandle): Promise<void> {
  await file.sync().catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_ACCESS_DENIED') throw error
  })
}

/** A rename is on the disk only once its folder is. Windows cannot open folders, and does this by itself. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await sync(handle)
  } finally {
    await handle.close()
  }
}

async function createFolder(folder: string): Promise<void> {
  try {
    const made: string[] = []
    await makeFolders(folder, made)
    const first = made.at(-1)
    if (first !== undefined) await syncFolder(dirname(first))
  } catch (error) {
    throw notSaved(folder, 'the folder', error, 0)
  }
}

/**
 * A folder belongs to one model. Replacing a model by one of other sizes would take several renames, and a kill between
 * two of them would leave a mixture; besides, somebody's weights would be gone.
 */
async function checkHoldsSameModel(folder: string, mine: SavedModel, names: readonly string[]): Promise<void> {
  const weights = [wholeName, indexName, trainingName].filter((name) => names.includes(name))
  const what = names.includes('config.json')
    ? await describeDifference(diskFiles(folder), mine)
    : weights.length > 0
      ? `there is ${weights.join(' and ')}, but no config.json that says of which model`
      : await describeTokenizer(diskFiles(folder), mine)
  if (what === undefined) return
  const kind = names.includes('config.json') && weights.length > 0 ? 'another model' : 'something else'
  throw new Error(`${folder}: it holds ${kind}: ${what}. Save into another folder, or delete this one.`)
}

async function describeDifference(there: FolderFiles, mine: SavedModel): Promise<string | undefined> {
  const { architecture, sizes } = mine.blueprint
  let theirs: ModelSizes
  try {
    theirs = (await describeFolder(there, { of: [architecture] })).blueprint.sizes
  } catch (error) {
    return `its config.json cannot be read (${error instanceof Error ? error.message : error})`
  }
  for (const [name, size] of Object.entries(sizes))
    if (theirs[name] !== size) return `${name} is ${theirs[name]} there and ${size} here`
  return describeTokenizer(there, mine)
}

async function describeTokenizer(there: FolderFiles, saved: SavedModel): Promise<string | undefined> {
  const { codec, from } = saved
  const name = 'tokenizer.json'
  const theirs = await readJSON(there, name)
  const mine = savedTokenizer(saved)?.toJSON() ?? (from && (await readJSON(from, name)))
  const isOther = theirs !== undefined && mine !== undefined && !isSame(theirs, mine)
  return isOther ? `its ${name} has another vocabulary` : describeCodec(there, codec)
}

async function describeCodec(there: FolderFiles, mine: Codec | undefined): Promise<string | undefined> {
  const { loadCodec } = await import('./loadCodec.ts')
  const theirs = await loadCodec(there)
  if (theirs === undefined) return undefined
  if (mine === undefined) return 'what it writes is no text, as its codec.json says'
  const { vectors } = mine.codebook
  const isOther =
    !isSame(theirs.toJSON(), mine.toJSON()) ||
    theirs.codebook.vectors.length !== vectors.length ||
    theirs.codebook.vectors.some((number, i) => number !== vectors[i])
  return isOther ? 'its codec.json has other codes' : undefined
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

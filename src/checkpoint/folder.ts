// A run's folder on the disk: a Hugging Face folder that Python's `from_pretrained` opens, and the training state in it.
//
//   config.json, generation_config.json,
//   tokenizer.json, tokenizer_config.json     written once; they do not change in a run
//   model.safetensors                         the weights, in Hugging Face's names
//   training.safetensors                      what the next step needs (training.ts)
//
// A save that is killed must not cost what was saved before. So every file is first written whole under another name
// and forced onto the disk; only when all of them are there are they renamed, and renaming replaces a file in one go. The
// training state comes last and commits the checkpoint: a resumed run takes its numbers from that file alone.
//
// This is the only file here that needs Node.

import { randomBytes } from 'node:crypto'
import { access, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Engine } from '../engine/engine.ts'
import { parseJSON } from '../text/json.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Architecture, ConfigOf } from './architecture.ts'
import { configFromJSON, type KnownArchitecture } from './architectures.ts'
import { diskFiles } from './diskFiles.ts'
import type { FolderFiles } from './folderFiles.ts'
import { type GenerationConfig, generationToJSON, plainSampling, tokenizerConfigToJSON } from './generationConfig.ts'
import type { Described, Loaded, LoadOptions, Wanted } from './load.ts'
import * as load from './load.ts'
import { writeSafetensors } from './safetensors.ts'
import { type TrainingState, writeTraining } from './training.ts'
import { toCheckpoint, type Weights } from './weights.ts'

/** What is saved in a folder. */
export interface SavedModel<A extends Architecture = KnownArchitecture> {
  readonly architecture: A
  readonly config: ConfigOf<A>
  readonly tokenizer: Tokenizer
  readonly weights: Weights
  readonly generation?: GenerationConfig
  /** Where the training stands, if it is to go on from here. */
  readonly training?: TrainingState
}

/**
 * Saves a checkpoint: the model as a Hugging Face folder and, when given, the training state. Until it is complete the
 * folder holds what it held before, whatever happens.
 *
 * Throws when the folder holds another model, and when the disk is full or cannot be written; then nothing has changed.
 */
export async function saveFolder<A extends Architecture>(
  folder: string,
  { architecture, config, tokenizer, weights, generation, training }: SavedModel<A>,
): Promise<void> {
  await createFolder(folder)
  await checkHoldsSameModel(folder, { architecture, config, tokenizer })
  await removeLeftovers(folder)

  const files: [name: string, chunks: Uint8Array[]][] = []
  const addJSON = (name: string, json: object): void => {
    files.push([name, [new TextEncoder().encode(`${JSON.stringify(json, undefined, 2)}\n`)]])
  }
  // Files from elsewhere may say more than ours would, so those that say the same already are left alone.
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'))
  const isThere = async (name: string): Promise<boolean> =>
    access(join(folder, name)).then(
      () => true,
      () => false,
    )
  const hasTokenizer = await read('tokenizer.json').then(
    (json) => isDeepStrictEqual(json, tokenizer.toJSON()),
    () => false,
  )
  if (!hasTokenizer) addJSON('tokenizer.json', tokenizer.toJSON())
  const { context } = architecture.sizesOf(config)
  if (!(await isThere('tokenizer_config.json'))) addJSON('tokenizer_config.json', tokenizerConfigToJSON(context))
  if (generation !== undefined || !(await isThere('generation_config.json'))) {
    addJSON('generation_config.json', generationToJSON(generation ?? plainSampling, context))
  }
  const hasConfig = await read('config.json').then(
    (json) => isDeepStrictEqual(configFromJSON(json, 'config.json', [architecture]).config, config),
    () => false,
  )
  if (!hasConfig) addJSON('config.json', architecture.configToJSON(config))
  // "pt" says that the names are PyTorch's; transformers refuses a file that does not say so.
  files.push([
    'model.safetensors',
    writeSafetensors(toCheckpoint(weights, architecture.table(config)), { format: 'pt' }),
  ])
  if (training !== undefined) files.push(['training.safetensors', writeTraining(training)])
  await replaceFiles(folder, files)
}

/** The files of a folder that is named by its path; files that are given already are left as they are. */
export function filesOf(folder: string | FolderFiles): FolderFiles {
  return typeof folder === 'string' ? diskFiles(folder) : folder
}

/** As in load.ts; a folder on the disk is named by its path. */
export function loadFolder<A extends Architecture = KnownArchitecture>(
  folder: string | FolderFiles,
  engine: Engine,
  options: LoadOptions<A> = {},
): Promise<Loaded<A> & { readonly tokenizer: Tokenizer }> {
  return load.loadFolder(filesOf(folder), engine, options)
}

/** As in load.ts; a folder on the disk is named by its path. */
export function loadModel<A extends Architecture = KnownArchitecture>(
  folder: string | FolderFiles,
  engine: Engine,
  options: LoadOptions<A> = {},
): Promise<Loaded<A>> {
  return load.loadModel(filesOf(folder), engine, options)
}

/** As in load.ts; a folder on the disk is named by its path. */
export function describeFolder<A extends Architecture = KnownArchitecture>(
  folder: string | FolderFiles,
  options: Wanted<A> = {},
): Promise<Described<A>> {
  return load.describeFolder(filesOf(folder), options)
}

/** As in load.ts; a folder on the disk is named by its path. */
export function resumeFolder<A extends Architecture = KnownArchitecture>(
  folder: string | FolderFiles,
  options: Wanted<A> = {},
): Promise<Described<A> & { readonly tokenizer: Tokenizer; readonly training: TrainingState }> {
  return load.resumeFolder(filesOf(folder), options)
}

/** As in load.ts; a folder on the disk is named by its path. */
export function loadTokenizer(folder: string | FolderFiles, vocab: number): Promise<Tokenizer> {
  return load.loadTokenizer(filesOf(folder), vocab)
}

// Writing

/** What temporary files are called: the file's name, something random, and an ending of their own. */
const leftover = /^[a-z_]+\.(json|safetensors)\.[0-9a-f]{12}\.part$/

/** Replaces files by new ones: all are written and on the disk before the first is renamed. */
async function replaceFiles(
  folder: string,
  files: readonly (readonly [name: string, chunks: Uint8Array[]])[],
): Promise<void> {
  const staged: { name: string; temporary: string }[] = []
  let current = ''
  try {
    for (const [name, chunks] of files) {
      current = name
      const temporary = join(folder, `${name}.${randomBytes(6).toString('hex')}.part`)
      staged.push({ name, temporary })
      await writeSynced(temporary, chunks)
    }
    for (const { name, temporary } of staged) {
      current = name
      await rename(temporary, join(folder, name))
    }
    await syncFolder(folder)
  } catch (error) {
    for (const { temporary } of staged) await rm(temporary, { force: true }).catch(() => {})
    const [, chunks = []] = files.find(([name]) => name === current) ?? []
    throw notSaved(
      folder,
      current,
      error,
      chunks.reduce((sum, chunk) => sum + chunk.length, 0),
    )
  }
}

async function writeSynced(path: string, chunks: readonly Uint8Array[]): Promise<void> {
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
async function checkHoldsSameModel<A extends Architecture>(
  folder: string,
  mine: Pick<SavedModel<A>, 'architecture' | 'config' | 'tokenizer'>,
): Promise<void> {
  const names = await readdir(folder).catch((): string[] => [])
  if (!names.some((name) => name.endsWith('.safetensors')) || !names.includes('config.json')) return
  const what = await describeDifference(folder, mine)
  if (what !== undefined) {
    throw new Error(`${folder}: it holds another model: ${what}. Save into another folder, or delete this one.`)
  }
}

async function describeDifference<A extends Architecture>(
  folder: string,
  { architecture, config, tokenizer }: Pick<SavedModel<A>, 'architecture' | 'config' | 'tokenizer'>,
): Promise<string | undefined> {
  let there: ConfigOf<A>
  try {
    there = (await describeFolder(folder, { of: [architecture] })).config
  } catch (error) {
    return `its config.json cannot be read (${error instanceof Error ? error.message : error})`
  }
  const sizes = architecture.sizesOf(there)
  for (const [name, size] of Object.entries(architecture.sizesOf(config))) {
    if (sizes[name] !== size) return `${name} is ${sizes[name]} there and ${size} here`
  }
  const text = await readFile(join(folder, 'tokenizer.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const isSame = isDeepStrictEqual(parseJSON(text, join(folder, 'tokenizer.json')), tokenizer.toJSON())
  return isSame ? undefined : 'its tokenizer.json has another vocabulary'
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

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
import { basename, dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Engine } from '../engine/engine.ts'
import { nearest } from '../tensor/axes.ts'
import { CharacterTokenizer } from '../text/characters.ts'
import { parseJSON } from '../text/json.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { Architecture, ConfigOf, ModelOf } from './architecture.ts'
import { configFromJSON, type KnownArchitecture } from './architectures.ts'
import { setWeights, weightSizes } from './engineWeights.ts'
import {
  type GenerationConfig,
  generationFromJSON,
  generationToJSON,
  plainSampling,
  tokenizerConfigToJSON,
} from './generationConfig.ts'
import { readSafetensors, writeSafetensors } from './safetensors.ts'
import { readTraining, type TrainingState, writeTraining } from './training.ts'
import { fromCheckpoint, toCheckpoint, type Weights } from './weights.ts'

/** What a folder says of its model. */
export interface Described<A extends Architecture = KnownArchitecture> {
  readonly architecture: A
  readonly config: ConfigOf<A>
  readonly generation: GenerationConfig
}

/** A model that an engine holds, with what its folder says of it. */
export interface Loaded<A extends Architecture = KnownArchitecture> extends Described<A> {
  readonly model: ModelOf<A>
}

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

/** Which architectures are wanted, if not all that are known; with another, loading throws and names both. */
export interface Wanted<A extends Architecture> {
  readonly of?: readonly A[]
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

/** Loads a folder to run its model: a run of ours, or one that was downloaded. */
export async function loadFolder<A extends Architecture = KnownArchitecture>(
  folder: string,
  engine: Engine,
  options: Wanted<A> = {},
): Promise<Loaded<A> & { readonly tokenizer: Tokenizer }> {
  const { architecture, config } = await describeFolder(folder, options)
  const tokenizer = await loadTokenizer(folder, architecture.sizesOf(config).vocab)
  return { ...(await loadModel(folder, engine, options)), tokenizer }
}

/** Loads a folder's model without its tokenizer, for those who bring ids. The engine holds its weights from then on. */
export async function loadModel<A extends Architecture = KnownArchitecture>(
  folder: string,
  engine: Engine,
  options: Wanted<A> = {},
): Promise<Loaded<A>> {
  const described = await describeFolder(folder, options)
  const { architecture, config } = described
  const model = architecture.build(config) as ModelOf<A>
  const path = join(folder, 'model.safetensors')
  const file = readSafetensors(await readBytes(folder, 'model.safetensors'), path)
  setWeights(engine, model, fromCheckpoint(file, architecture.table(config), weightSizes(model), path))
  return { ...described, model }
}

/** What a folder's small files say of its model; its weights are not looked at. */
export async function describeFolder<A extends Architecture = KnownArchitecture>(
  folder: string,
  { of }: Wanted<A> = {},
): Promise<Described<A>> {
  const path = join(folder, 'config.json')
  const described = configFromJSON(parseJSON(await readText(folder, 'config.json'), path), path, of)
  const generationPath = join(folder, 'generation_config.json')
  const text = await readFile(generationPath, 'utf8').catch(() => undefined)
  const generation =
    text === undefined ? plainSampling : generationFromJSON(parseJSON(text, generationPath), generationPath)
  return { ...described, generation }
}

/**
 * Loads a folder to go on training; all numbers come from training.safetensors.
 *
 * Throws when the folder has no training state, as a downloaded model has none.
 */
export async function resumeFolder<A extends Architecture = KnownArchitecture>(
  folder: string,
  options: Wanted<A> = {},
): Promise<Described<A> & { readonly tokenizer: Tokenizer; readonly training: TrainingState }> {
  const described = await describeFolder(folder, options)
  const { architecture, config } = described
  const tokenizer = await loadTokenizer(folder, architecture.sizesOf(config).vocab)
  const path = join(folder, 'training.safetensors')
  const sizes = weightSizes(architecture.build(config))
  const training = readTraining(await readBytes(folder, 'training.safetensors'), sizes, path)
  return { ...described, tokenizer, training }
}

/** Loads a folder's tokenizer; `vocab` is how many ids its model knows, which the tokenizer may not exceed. */
export async function loadTokenizer(folder: string, vocab: number): Promise<Tokenizer> {
  const path = join(folder, 'tokenizer.json')
  const tokenizer = CharacterTokenizer.fromJSON(parseJSON(await readText(folder, 'tokenizer.json'), path), path)
  if (tokenizer.size > vocab) {
    throw new Error(
      `${path}: it has ${tokenizer.size} pieces, but the model (config.json: vocab_size) knows ${vocab}. ` +
        'The model and the tokenizer do not belong together; take both from the same save.',
    )
  }
  return tokenizer
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

// Reading

async function readText(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8').catch((error: unknown) => notRead(folder, name, error))
}

/** A file of any length; `readFile` stops at 2 GiB. */
async function readBytes(folder: string, name: string): Promise<Uint8Array> {
  const file = await open(join(folder, name), 'r').catch((error: unknown) => notRead(folder, name, error))
  try {
    const { size } = await file.stat()
    const bytes = new Uint8Array(size)
    let length = 0
    while (length < size) {
      const { bytesRead } = await file.read(bytes, length, Math.min(size - length, 2 ** 30))
      if (bytesRead === 0) break
      length += bytesRead
    }
    return bytes.subarray(0, length)
  } finally {
    await file.close()
  }
}

/** Throws the error for a file that cannot be read, with what may have been meant. */
async function notRead(folder: string, name: string, cause: unknown): Promise<never> {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (codeOf(cause) !== 'ENOENT' && codeOf(cause) !== 'ENOTDIR') {
    throw new Error(`${join(folder, name)}: it cannot be read (${message}). Check its permissions.`, { cause })
  }
  const names = await readdir(folder).catch(() => undefined)
  if (names === undefined) {
    const beside = await readdir(dirname(resolve(folder))).catch((): string[] => [])
    const meant = nearest(basename(resolve(folder)), beside)
    throw new Error(
      `${folder}: there is no such folder. ${meant === undefined ? 'Check the name.' : `Did you mean "${join(dirname(folder), meant)}"?`}`,
      { cause },
    )
  }
  throw new Error(`${folder}: there is no ${name} in it${adviceFor(name, names)}`, { cause })
}

function adviceFor(name: string, names: readonly string[]): string {
  if (name === 'training.safetensors') {
    return ', so there is no training to go on with. Start one, or name the folder of a run.'
  }
  if (name === 'model.safetensors' && names.includes('model.safetensors.index.json')) {
    return ', but a model in several files, which Cutaway does not read yet. Save it in one file.'
  }
  if (name === 'model.safetensors' && names.includes('pytorch_model.bin')) {
    return ', but a pytorch_model.bin, which is Python code in disguise. Save it with safe_serialization=True.'
  }
  return '. Name a folder that holds a model: one that Cutaway saved, or one from Hugging Face.'
}

// All files of a checkpoint, ready to be written wherever: to a disk (saveFolder.ts), or out of a page.
//
//   tokenizer.json, tokenizer_config.json, …     what the tokenizer needs
//   codec.json, codec.safetensors                what a run writes in, where that is no text
//   preprocessor_config.json                     what a model hears of a sound, or how its pictures are prepared, where it does
//   generation_config.json, config.json
//   model.safetensors, or shards and an index    the weights, in Hugging Face's names
//   training.safetensors                         what the next step needs (training.ts)
//
// Small files that come from elsewhere may say more than ours would. So those that are there already and say the same are
// left alone, and a model that came from another folder brings its own along, byte for byte.

import { parseJSON } from '../text/json.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { blueprintFromJSON } from './architectures.ts'
import type { Blueprint, FolderConfig } from './blueprint.ts'
import { codecFiles } from './codecFiles.ts'
import { featureFile } from './featureFiles.ts'
import { type FolderFiles, readBytes } from './folderFiles.ts'
import { type GenerationConfig, generationToJSON, plainSampling, tokenizerConfigToJSON } from './generationConfig.ts'
import { idsForGeneration } from './generationIds.ts'
import { loadTokenizer, vocabOfTexts } from './load.ts'
import { preparationToJSON } from './preprocessorConfig.ts'
import type { Processor } from './processor.ts'
import { besideTokenizer, codecNames, preprocessorName } from './savedNames.ts'
import {
  bytesFile,
  type HeldWeights,
  jsonFile,
  type SavedFile,
  type SaveWeightsOptions,
  weightFiles,
} from './saveWeights.ts'
import { sentenceFiles } from './sentence.ts'
import { type TrainingState, writeTraining } from './training.ts'
import type { Weights } from './weights.ts'

/** A model to be saved in a folder, with all that goes beside it. If no tokenizer is given, that of the folder which it came from, or none. */
export interface SavedModel extends SaveWeightsOptions, Partial<Processor> {
  readonly blueprint: Blueprint<FolderConfig, object>
  /** Arrays by path, or an engine and a model whose weights it holds. */
  readonly weights: Weights | HeldWeights
  readonly generation?: GenerationConfig
  /** Where the training stands, if it is to go on from here. */
  readonly training?: TrainingState
  /** The folder that the model came from, if it did: what its small files say beside what is known here goes along. */
  readonly from?: FolderFiles
}

/**
 * The files that a checkpoint needs beside those that are there already, in the order in which they should take their places.
 *
 * - `there`: the folder that they go to, if it is there
 */
export async function savedFiles(saved: SavedModel, there?: FolderFiles): Promise<SavedFile[]> {
  const { blueprint, weights, training } = saved
  const small = [
    ...(await tokenizerFiles(saved, there)),
    ...(await codecFilesOf(saved, there)),
    await preprocessorFile(saved, there),
    await generationFile(saved, there),
    ...(await sentenceFilesOf(saved, there)),
    await configFile(saved, there),
  ].filter((file) => file !== undefined)
  return [
    ...small,
    ...weightFiles(weights, blueprint.table, saved, await namesIn(there)),
    ...(training === undefined ? [] : [bytesFile('training.safetensors', ...writeTraining(training))]),
  ]
}

/** The names that are in use: those of the live shards, of what a killed save has left, and of what somebody keeps there. */
const namesIn = async (there?: FolderFiles): Promise<ReadonlySet<string>> => new Set(await there?.list())

/** The tokenizer to save; none of a model that reads no text, whose tokenizer has no piece. */
export const savedTokenizer = ({ tokenizer }: SavedModel): Tokenizer | undefined =>
  tokenizer?.size === 0 ? undefined : tokenizer

async function tokenizerFiles(saved: SavedModel, there?: FolderFiles): Promise<SavedFile[]> {
  const { blueprint, from } = saved
  const tokenizer = savedTokenizer(saved)
  const files: SavedFile[] = []
  const theirs = await optional(from, 'tokenizer.json')
  const { context } = blueprint.sizes
  const vocab = vocabOfTexts(saved)
  const isTheirs =
    theirs !== undefined &&
    (tokenizer === undefined ||
      isSame(parsed(theirs), tokenizer.toJSON()) ||
      isSame(await completed(from, vocab), tokenizer.toJSON()))
  const kept = await optional(there, 'tokenizer.json')
  if (tokenizer === undefined && theirs === undefined) return files
  const isKept = isTheirs ? isSame(parsed(kept), parsed(theirs)) : isSame(parsed(kept), tokenizer?.toJSON())
  if (!isKept)
    files.push(isTheirs ? bytesFile('tokenizer.json', theirs) : jsonFile('tokenizer.json', tokenizer?.toJSON() ?? {}))

  const bring = async (name: string, otherwise?: () => SavedFile): Promise<void> => {
    if ((await optional(there, name)) !== undefined) return
    const bytes = isTheirs ? await optional(from, name) : undefined
    if (bytes !== undefined) files.push(bytesFile(name, bytes))
    else if (otherwise) files.push(otherwise())
  }
  for (const name of besideTokenizer) await bring(name)
  await bring('tokenizer_config.json', () =>
    jsonFile('tokenizer_config.json', tokenizerConfigToJSON(context, tokenizer)),
  )
  return files
}

/** A folder's tokenizer with the tokens that the files beside it add; undefined where there is none that can be read. */
async function completed(from: FolderFiles | undefined, vocab: number): Promise<object | undefined> {
  if (from === undefined) return undefined
  return loadTokenizer(from, vocab).then(
    (tokenizer) => tokenizer.toJSON(),
    () => undefined,
  )
}

/** The codec's files, where they are not there yet. */
async function codecFilesOf({ codec }: SavedModel, there?: FolderFiles): Promise<SavedFile[]> {
  if (codec === undefined || (await optional(there, codecNames[0])) !== undefined) return []
  return codecFiles(codec)
}

/** The file that says what a model hears, or how its pictures are prepared, where it is not there yet; of a folder that has one, that. */
async function preprocessorFile(
  { features, preparation, from }: SavedModel,
  there?: FolderFiles,
): Promise<SavedFile | undefined> {
  const file = features
    ? featureFile(features)
    : preparation && jsonFile(preprocessorName, preparationToJSON(preparation))
  if (file === undefined || (await optional(there, preprocessorName)) !== undefined) return undefined
  const theirs = await optional(from, preprocessorName)
  return theirs === undefined ? file : bytesFile(preprocessorName, theirs)
}

/** The files that say how vectors are made of texts, where the model came from a folder with them. */
async function sentenceFilesOf({ from }: SavedModel, there?: FolderFiles): Promise<SavedFile[]> {
  if (from === undefined) return []
  const files: SavedFile[] = []
  for (const name of await sentenceFiles(from)) {
    const bytes = (await optional(there, name)) === undefined ? await optional(from, name) : undefined
    if (bytes !== undefined) files.push(bytesFile(name, bytes))
  }
  return files
}

/** The share of the likeliest codes that are drawn from: the rest are many, and spoil a picture. */
const usualOfCodes = 0.95

async function generationFile(
  { blueprint, generation, codec, from }: SavedModel,
  there?: FolderFiles,
): Promise<SavedFile | undefined> {
  // A model that writes nothing has no way of writing.
  if (!('vocab' in blueprint.sizes)) return undefined
  const name = 'generation_config.json'
  const kept = await optional(there, name)
  if (kept !== undefined && generation === undefined) return undefined
  const theirs = kept ?? (await optional(from, name))
  if (theirs !== undefined && generation === undefined) return bytesFile(name, theirs)
  const { context } = blueprint.sizes
  const { special } = blueprint.config
  // Who translates wants what is likeliest; who writes, something new each time.
  const usual = codec
    ? { ...plainSampling, topP: usualOfCodes }
    : special?.start === undefined
      ? plainSampling
      : { ...plainSampling, isSampled: false }
  const written = {
    ...idsForGeneration(special),
    ...objectIn(theirs),
    ...generationToJSON(generation ?? usual, context),
  }
  return jsonFile(name, written)
}

async function configFile(
  { blueprint, dtype = 'F32', from }: SavedModel,
  there?: FolderFiles,
): Promise<SavedFile | undefined> {
  const name = 'config.json'
  const says = dtype === 'F32' ? 'float32' : 'bfloat16'
  for (const files of [there, from]) {
    const bytes = await optional(files, name)
    if (bytes === undefined || !describes(bytes, blueprint)) continue
    const { torch_dtype: former, dtype: said = former, ...rest } = objectIn(bytes)
    if ((said ?? 'float32') !== says) return jsonFile(name, { ...rest, dtype: says })
    return files === there ? undefined : bytesFile(name, bytes)
  }
  return jsonFile(name, { ...blueprint.toJSON(), ...(dtype === 'F32' ? {} : { dtype: says }) })
}

/** True where a config.json says of the model what ours would say: what it says beside that is no matter. */
function describes(bytes: Uint8Array, blueprint: SavedModel['blueprint']): boolean {
  try {
    const theirs = blueprintFromJSON(parsed(bytes), 'config.json', [blueprint.architecture]).blueprint
    return isSame(theirs.toJSON(), blueprint.toJSON())
  } catch {
    return false
  }
}

const optional = async (files: FolderFiles | undefined, name: string): Promise<Uint8Array | undefined> =>
  files && readBytes(files, name)

/** JSON in these bytes; undefined where there is none. */
function parsed(bytes: Uint8Array | undefined): unknown {
  try {
    return bytes && parseJSON(new TextDecoder().decode(bytes), '')
  } catch {
    return undefined
  }
}

function objectIn(bytes: Uint8Array | undefined): Record<string, unknown> {
  const json = parsed(bytes)
  return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Record<string, unknown>) : {}
}

/** True where two values say the same as JSON, in whatever order their fields are; a field that is undefined is none. */
export function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [first, second] = [a, b] as [Record<string, unknown>, Record<string, unknown>]
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isSame(first[key], second[key]))
}

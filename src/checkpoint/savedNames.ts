// The names of the files in a checkpoint's folder: which are those that a save writes, and which a killed one has left.
//
//   tokenizer.json                        a file of a checkpoint
//   tokenizer.json.4f54ea7b118c.part      it, until it is complete and takes its place
//
// Everything else in the folder is somebody's own, and is left alone.

import { indexName } from './tensorFiles.ts'

export const wholeName = 'model.safetensors'
export const trainingName = 'training.safetensors'
/** The note of a save that changes shards, so that the next one can finish what a kill has interrupted (formerWeights.ts). */
export const noteName = 'model.safetensors.former'

/** The other files that belong to a tokenizer, and go where it goes. */
export const besideTokenizer = [
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'chat_template.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
  'spiece.model',
  'tokenizer.model',
  'source.spm',
  'target.spm',
]

/** The files of sentence-transformers beside a model; its modules have folders of their own. */
export const sentenceNames = ['modules.json', 'sentence_bert_config.json', 'config_sentence_transformers.json']

/** The files of a codec: what kind it is, and its codes. */
export const codecNames = ['codec.json', 'codec.safetensors'] as const

/** The file that says what a model hears of a sound, or how the pictures that it reads are prepared. */
export const preprocessorName = 'preprocessor_config.json'

/** Where transformers 5 says it, in a part for each, if a model reads texts too. Nothing writes it here. */
export const processorName = 'processor_config.json'

/** The files that every save may write besides weights. */
export const beginningNames = [
  'config.json',
  ...codecNames,
  preprocessorName,
  'generation_config.json',
  trainingName,
  'tokenizer.json',
  'tokenizer_config.json',
]

/** The files that change a tokenizer, or what is written with it. */
export const readByTokenizers = besideTokenizer.slice(0, 4)

const names = new Set([
  ...beginningNames,
  processorName,
  ...besideTokenizer,
  ...sentenceNames,
  wholeName,
  indexName,
  noteName,
])

const shard = /^model(-[a-z]+)?-\d{5}-of-\d{5}\.safetensors$/
/** A file of a module, under its flat name. */
const inModule = /^[\w.-]+~(config\.json|model\.safetensors)$/
const part = /^(.+)\.[0-9a-f]{12}\.part$/

/** The name of a file until it takes its place, which may be in a folder within this one. */
export const flatName = (name: string): string => name.replaceAll('/', '~')

/** True where a shard could have this name. */
export const isShardName = (name: string): boolean => shard.test(name)

/** The name that a file which a save has not finished is to have; undefined for any other file. */
export function unfinished(name: string): string | undefined {
  const of = part.exec(name)?.[1]
  return of !== undefined && isWritten(of) ? of : undefined
}

/** The kind of a folder's content, apart from unfinished files and hidden ones: a model or a run, something else, or nothing. */
export function contentOfNames(all: readonly string[]): 'model' | 'other' | 'nothing' {
  const visible = all.filter((name) => !name.startsWith('.') && unfinished(name) === undefined)
  if (visible.length === 0 || isBeginning(all)) return 'nothing'
  return isModel(all) ? 'model' : 'other'
}

const hasWeights = (all: readonly string[]): boolean => all.includes(wholeName) || all.includes(indexName)
const isModel = (all: readonly string[]): boolean =>
  all.includes('config.json') && (hasWeights(all) || all.includes(trainingName))

/**
 * True where a folder holds only the beginning of a checkpoint: what a save has left that was killed while its files took their
 * places, and that was the first one there, or replaced another. No model can be opened then: config.json comes last and has
 * left its unfinished name. (Or the weights have, which once came last.)
 */
export function isBeginning(all: readonly string[]): boolean {
  const left = new Set(all.map(unfinished).filter((name) => name !== undefined))
  if (left.size === 0 || isModel(all)) return false
  if (!all.includes('config.json') && left.has('config.json')) return true
  const visible = all.filter((name) => !name.startsWith('.') && unfinished(name) === undefined)
  return visible.every((name) => isWritten(name) && !left.has(name))
}

const isWritten = (name: string): boolean => names.has(name) || shard.test(name) || inModule.test(name)

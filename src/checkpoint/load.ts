// Loading a folder, wherever its files are: what it says of its model, its tokenizer, and its weights into an engine.
//
//   config.json, generation_config.json     →  a blueprint, generation
//   tokenizer.json                          →  tokenizer (clipTokenizer.ts: of CLIP's vocab.json and merges.txt)
//   codec.json, codec.safetensors           →  codec, where it writes no text
//   preprocessor_config.json, or
//   a part of processor_config.json         →  features, where it hears; preparation, where it sees
//   model.safetensors, or its shards        →  the model's weights in the engine (loadWeights.ts)
//   training.safetensors                    →  the state of a training (training.ts)

import type { Codec } from '../data/codec.ts'
import type { Engine } from '../engine/engine.ts'
import type { AnyModel } from '../model/language.ts'
import { ConfigFields } from '../text/configFields.ts'
import { noText } from '../text/noText.ts'
import { tokenizerFromJSON } from '../text/tokenizer/fromJSON.ts'
import { besideNames, configBeside } from '../text/tokenizer/tokensBeside.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { architectures } from './architectures.ts'
import type { AnyArchitecture, Blueprint, FolderConfig, KnownTensors } from './blueprint.ts'
import { blueprintOf } from './blueprintOf.ts'
import { Desk } from './desk.ts'
import { weightSizes } from './engineWeights.ts'
import type { FeatureExtractor } from './featureExtractor.ts'
import { type FolderFiles, missing, needJSON, placeOf, readBytes, readJSON } from './folderFiles.ts'
import { type GenerationConfig, generationFromJSON, plainSampling } from './generationConfig.ts'
import { areEqual, type LoadWeightsOptions, loadWeights } from './loadWeights.ts'
import { isReadable } from './match.ts'
import type { MediaProcessor, Processor } from './processor.ts'
import { loadSentenceEmbedding, type SentenceEmbedding } from './sentence.ts'
import { openTensors, type TensorFiles } from './tensorFiles.ts'
import { readTraining, type TrainingState } from './training.ts'

/** The description of its model that a folder holds. */
export interface Described<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>
  extends MediaProcessor {
  readonly blueprint: Blueprint<Config, Model>
  readonly generation: GenerationConfig
  /** All that the folder says, or holds, and that is not used: each a sentence for people. */
  readonly warnings: readonly string[]
}

/** A model that an engine holds, with what its folder says of it. */
export interface Loaded<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>
  extends Described<Config, Model> {
  readonly model: Model
  /** The way that the folder makes vectors of texts, where it is one of sentence-transformers. */
  readonly embedding?: SentenceEmbedding
}

/** The architectures that are wanted, if not all that are known; with another, loading throws and names both. */
export interface Wanted<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel> {
  readonly of?: readonly AnyArchitecture<Config, Model>[]
}

export interface LoadOptions<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>
  extends Wanted<Config, Model>,
    LoadWeightsOptions {}

/** Loads a folder to run its model: a run of ours, or one that was downloaded. */
export async function loadFolder<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>(
  files: FolderFiles,
  engine: Engine,
  options: LoadOptions<Config, Model> = {},
): Promise<Loaded<Config, Model> & Processor> {
  const described = await describeFolder(files, options)
  const warnings = [...described.warnings]
  const tokenizer = await tokenizerOf(files, described, (warning) => warnings.push(warning))
  return { ...(await loadDescribed(files, engine, { ...described, warnings }, options)), tokenizer }
}

/** The tokenizer of a folder; none of pieces where the model reads and writes pictures alone. */
const tokenizerOf = async (
  files: FolderFiles,
  described: Described<FolderConfig, object>,
  warn?: (warning: string) => void,
): Promise<Tokenizer> =>
  described.blueprint.architecture.hasColours || !('vocab' in described.blueprint.sizes)
    ? noText
    : loadTokenizer(files, vocabOfTexts(described), warn)

/** Loads a folder's model without its tokenizer, for those who bring ids. The engine holds its weights from then on. */
export async function loadModel<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>(
  files: FolderFiles,
  engine: Engine,
  options: LoadOptions<Config, Model> = {},
): Promise<Loaded<Config, Model>> {
  return loadDescribed(files, engine, await describeFolder(files, options), options)
}

/** Loads the model of a folder that has been described. The engine holds its weights from then on. */
export async function loadDescribed<Config extends FolderConfig, Model extends object>(
  files: FolderFiles,
  engine: Engine,
  described: Described<Config, Model>,
  options: LoadWeightsOptions,
): Promise<Loaded<Config, Model>> {
  const tensors = await openTensors(files)
  try {
    const warnings = [...described.warnings]
    const known = knownTensors(tensors, (what) => warnings.push(`${tensors.place}: ${what}`))
    const blueprint = await described.blueprint.withTensors(known)
    const model = blueprint.build()
    const embedding = blueprint.architecture.embeds ? await loadSentenceEmbedding(files) : undefined
    warnings.push(...(await loadWeights(tensors, engine, model, blueprint.table, options)))
    return { ...described, blueprint, model, warnings, ...(embedding && { embedding }) }
  } finally {
    await tensors.close()
  }
}

function knownTensors({ tensors }: TensorFiles, warn: (what: string) => void): KnownTensors {
  return {
    warn,
    has: (name) => tensors.has(name),
    async areSame(name, other) {
      const [a, b] = [tensors.get(name), tensors.get(other)]
      if (a === undefined || b === undefined || !isReadable(a) || !isReadable(b)) return false
      return a.shape.join() === b.shape.join() && areEqual(a, b, new Desk())
    },
  }
}

/** The description of a model in its folder's small files; its weights are not looked at. */
export const describeFolder = <Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>(
  files: FolderFiles,
  // Where none are named, any may come: then the types are left as they are.
  { of = architectures as readonly AnyArchitecture<Config, Model>[] }: Wanted<Config, Model> = {},
): Promise<Described<Config, Model>> => describeFolderOf(of, files)

/** The same, of one of these architectures: whoever asks so brings no other along. */
export async function describeFolderOf<Config extends FolderConfig, Model extends object>(
  of: readonly AnyArchitecture<Config, Model>[],
  files: FolderFiles,
): Promise<Described<Config, Model>> {
  const json = await withActivation(await needJSON(files, 'config.json'), files)
  const described = blueprintOf(of, json, placeOf(files, 'config.json'))
  const name = 'generation_config.json'
  const generation = await readJSON(files, name)
  const codec = await codecOf(files, described.blueprint)
  const features = await featuresOf(files, described.blueprint)
  const seen = await preparationOf(files, described.blueprint)
  return {
    ...described,
    ...(codec && { codec }),
    ...(features && { features }),
    ...(seen && { preparation: seen.preparation, warnings: [...described.warnings, ...seen.warnings] }),
    generation:
      generation === undefined
        ? plainSampling
        : generationFromJSON(generation, placeOf(files, name), described.blueprint.sizes.vocab),
  }
}

/** The codec of a model that reads texts of another vocabulary than what it writes has. Few have one. */
async function codecOf(
  files: FolderFiles,
  { sizes, architecture }: Blueprint<FolderConfig, object>,
): Promise<Codec | undefined> {
  const { hasColours } = architecture
  if (!hasColours && sizes.sourceVocab === undefined) return undefined
  const codec = hasColours
    ? await (await import('./loadColours.ts')).loadColours(files, sizes)
    : await (await import('./loadCodec.ts')).loadCodec(files)
  const { size = 0 } = codec?.codebook ?? {}
  if (codec === undefined) return undefined
  const { context } = sizes
  if (codec.kind === 'picture' && context !== undefined && codec.length > context)
    throw new Error(
      `${placeOf(files, hasColours ? 'preprocessor_config.json' : 'codec.json')}: its pictures have ${codec.length} patches, but the model (config.json) writes ${context} at most. Restore the folder.`,
    )
  if (size + 1 === sizes.vocab) return codec
  const [file, field] = hasColours ? ['preprocessor_config.json', 'vocab_size'] : ['codec.json', 'decoder_vocab_size']
  throw new Error(
    `${placeOf(files, file)}: it has ${size} codes, but the model (config.json: ${field}) knows ${sizes.vocab} ids, which should be one more. Restore the folder.`,
  )
}

/** The feature extractor of a model that reads frames of a sound; that of Whisper where its folder has none. Few read any. */
async function featuresOf(
  files: FolderFiles,
  { sizes }: Blueprint<FolderConfig, object>,
): Promise<FeatureExtractor | undefined> {
  const { mel, sourceContext = 0 } = sizes
  if (mel === undefined) return undefined
  return (await import('./featureExtractor.ts')).featureExtractorOf(files, { mel, frames: 2 * sourceContext })
}

/** The way that the pictures are prepared which a model reads, and sentences about what is not used. Few read any. */
async function preparationOf(files: FolderFiles, { sizes, architecture }: Blueprint<FolderConfig, object>) {
  const { channel, down, across, patchDown, patchAcross } = sizes
  const [type] = architecture.types
  if (channel === undefined) return undefined
  const seen = { channel, down, across, patch: { down: patchDown, across: patchAcross } }
  return (await import('./preprocessorConfig.ts')).preparationIn(files, type, seen)
}

/** The number of ids in the texts of a model: where it writes in a codec, of those that it reads. */
export const vocabOfTexts = ({
  blueprint: { sizes },
  codec,
}: {
  readonly blueprint: Pick<Blueprint<FolderConfig, object>, 'sizes'>
  readonly codec?: Codec | undefined
}): number => (codec && sizes.sourceVocab) ?? sizes.vocab

/** A classifier's config.json, with what newer cross-encoders say in a file of their own. */
async function withActivation(json: unknown, files: FolderFiles): Promise<unknown> {
  const fields = new ConfigFields(json, placeOf(files, 'config.json'))
  const classes = fields.get('architectures')
  const first: unknown = Array.isArray(classes) ? classes[0] : undefined
  if (typeof first !== 'string' || !first.endsWith('ForSequenceClassification')) return json
  const name = 'config_sentence_transformers.json'
  const own = new ConfigFields((await readJSON(files, name)) ?? {}, placeOf(files, name))
  if (!own.has('activation_fn')) return json
  return { ...(json as object), sentence_transformers: { activation_fn: own.get('activation_fn') } }
}

/**
 * Loads a folder to go on training; all numbers come from training.safetensors.
 *
 * Throws when the folder has no training state, as a downloaded model has none.
 */
export async function resumeFolder<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>(
  files: FolderFiles,
  options: Wanted<Config, Model> = {},
): Promise<Described<Config, Model> & Processor & { readonly training: TrainingState }> {
  const described = await describeFolder(files, options)
  const { blueprint } = described
  const tokenizer = await tokenizerOf(files, described)
  const name = 'training.safetensors'
  const bytes = (await readBytes(files, name)) ?? (await missing(files, name))
  const sizes = weightSizes(blueprint.build())
  return { ...described, tokenizer, training: readTraining(bytes, sizes, placeOf(files, name)) }
}

/** The tokenizer of a folder that has it in other files: CLIP's two. Throws for others, and where there is none. */
const olderTokenizer = async (files: FolderFiles): Promise<unknown> =>
  (await (await import('./clipTokenizer.ts')).clipTokenizerJSON(files)) ?? needJSON(files, 'tokenizer.json')

/**
 * Loads a folder's tokenizer.
 *
 * - `vocab`: the number of ids that its model knows. A tokenizer may have more: texts in which they do not occur can be read.
 * - `warn`: is told of that
 */
export async function loadTokenizer(
  files: FolderFiles,
  vocab: number,
  warn: (warning: string) => void = () => {},
): Promise<Tokenizer> {
  const place = placeOf(files, 'tokenizer.json')
  const json = (await readJSON(files, 'tokenizer.json')) ?? (await olderTokenizer(files))
  const beside = await Promise.all(besideNames.map((name) => readJSON(files, name)))
  const tokenizer = await tokenizerFromJSON(json, configBeside(beside), place, vocab)
  if (tokenizer.size > vocab)
    warn(
      `${place}: it has ${tokenizer.size} pieces, but the model (config.json: vocab_size) knows ${vocab}: a text with one of the others cannot be read. ` +
        'The model and the tokenizer may not belong together.',
    )
  return tokenizer
}

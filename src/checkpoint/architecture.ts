// What the reading and writing of folders must know of an architecture. One file each states it: gpt2.ts and its neighbours.

import type { AnyModel } from '../model/language.ts'
import type { ConfigFields } from '../text/configFields.ts'
import type { GenerationIds } from './generationIds.ts'
import type { NewSizes, RunKind } from './newConfig.ts'
import type { WeightTable } from './weightTable.ts'

/** The part of a config that any architecture may have, beside what its model is made of. */
export interface FolderConfig {
  /** The ids that begin, end and fill up texts. */
  readonly special?: GenerationIds
  /** The names of the classes of a classifier, in their order. */
  readonly labels?: readonly string[]
}

/** An architecture: between a Hugging Face folder and a model of ours, in both directions. */
export interface Architecture<Config = FolderConfig, Model extends object = object> {
  /** Our name. */
  readonly name: string
  /** True where making vectors of texts is all it does: its folder may say how (sentence.ts). */
  readonly embeds?: boolean
  /** The kind of run that trains it, where one does. */
  readonly trainedAs?: RunKind

  /** The values that config.json may have under `model_type`. */
  readonly types: readonly string[]
  /** The values that config.json may have under `architectures`. */
  readonly classes: readonly string[]

  /**
   * The config that config.json describes, with nothing left open.
   *
   * Throws for a missing or impossible number, and, by its name, for an option that would change what is computed and that
   * our model does not have.
   */
  configFromJSON(fields: ConfigFields): Config

  /** The config of a new model; where there is none, such models only come out of folders. */
  newConfig?(sizes: NewSizes): Config

  /**
   * The model of another kind that begins with this one's encoder; undefined where there is none.
   *
   * - `labels`: the names that the classes of a classifier are to have
   */
  underNewHead?(config: Config, as: RunKind, labels: readonly string[]): Planned | undefined

  /** The config.json that `from_pretrained` opens; `configFromJSON` gives the config back. */
  configToJSON(config: Config): object

  /** The config with what config.json does not say, but the checkpoint's tensors do; only where there is such a thing. */
  configFromTensors?(config: Config, tensors: KnownTensors): Config | Promise<Config>

  /** The model; its parts have their names. */
  build(config: Config): Model

  /** The table by which a checkpoint's tensors are made of the model's weights. */
  table(config: Config): WeightTable

  /** Everything that makes it another model if it differs, by our names. */
  sizesOf(config: Config): ModelSizes
}

/** Any architecture whose models can be run. */
export type KnownArchitecture = Architecture<FolderConfig, AnyModel>

/** An architecture with a config of it. */
export interface Planned {
  readonly architecture: KnownArchitecture
  readonly config: FolderConfig
}

/** A checkpoint's tensors, as far as a config depends on them. */
export interface KnownTensors {
  /** True where there is a tensor of this name. */
  has(name: string): boolean
  /** True where two tensors that are there hold the same numbers in the same shape. */
  areSame(name: string, other: string): Promise<boolean>
  /** Says what does no harm. */
  warn(what: string): void
}

export interface ModelSizes {
  /** The number of ids that the model knows: a tokenizer may not have more. */
  readonly vocab: number
  /** The number of positions that the model was made for. */
  readonly context: number
  readonly [name: string]: number
}

/** The config of an architecture. */
export type ConfigOf<A extends Architecture> = ReturnType<A['configFromJSON']>

/** The model of an architecture. */
export type ModelOf<A extends Architecture> = ReturnType<A['build']>

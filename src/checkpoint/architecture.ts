// What the reading and writing of folders must know of an architecture. One file each states it: gpt2.ts and its neighbours.

import type { ConfigFields } from '../text/configFields.ts'
import type { WeightTable } from './weightTable.ts'

/** An architecture: between a Hugging Face folder and a model of ours, in both directions. */
export interface Architecture<Config = object, Model extends object = object> {
  /** Our name. */
  readonly name: string
  /** True where making vectors of texts is all it does: its folder may say how (sentence.ts). */
  readonly embeds?: boolean

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

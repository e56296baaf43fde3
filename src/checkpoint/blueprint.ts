// A blueprint: an architecture with a config of it, in one value. From it a model is built, and with it a folder is written, so
// that a config never meets another architecture than its own. Architectures of all kinds have blueprints of one type; what is
// particular to each stays inside.
//
//   config.json ─ fromJSON ┐
//   sizes ─ fromSizes      ├→ blueprint → build(), table, toJSON()
//   a config ─ blueprint   ┘

import type { DropRates } from '../model/dropout.ts'
import type { AnyModel } from '../model/language.ts'
import type { ConfigFields } from '../text/configFields.ts'
import type { GenerationIds } from './generationIds.ts'
import type { NewSizes, RunKind } from './newConfig.ts'
import type { Problem } from './problem.ts'
import type { WeightTable } from './weightTable.ts'

/** The part of a config that any architecture may have, beside the sizes of what its model is made of. */
export interface FolderConfig extends Problem {
  /** The ids that begin, end and fill up texts. */
  readonly special?: GenerationIds
  /** The names of the classes of a classifier, in their order. */
  readonly labels?: readonly string[]
  /** The rates at which training drops, or the one of all. */
  readonly dropout?: number | DropRates
}

/** Everything that makes it another model if it differs, by our names; `vocab` of those that read ids: a tokenizer may not have more. */
export interface ModelSizes {
  /** The number of positions that the model was made for. */
  readonly context: number
  /** The width of the stream. */
  readonly model: number
  readonly [name: string]: number
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

/** An architecture with a config of it. */
export interface Blueprint<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel> {
  readonly architecture: AnyArchitecture<Config, Model>
  readonly config: Config
  readonly sizes: ModelSizes
  /** The table by which a checkpoint's tensors are made of the model's weights. */
  readonly table: WeightTable

  /** A new model; its parts have their names. */
  build(): Model

  /** The config.json that `from_pretrained` opens. Throws for what it cannot say. */
  toJSON(): object

  /** The same with another dropout, all of it at one rate. */
  withDropout(rate: number): Blueprint<Config, Model>

  /** The same with what config.json does not say, but the checkpoint's tensors do. */
  withTensors(tensors: KnownTensors): Promise<Blueprint<Config, Model>>

  /**
   * A model of another kind that begins with this one's encoder; undefined where there is none.
   *
   * - `labels`: the names that the classes of a classifier are to have
   */
  underNewHead(as: RunKind, labels: readonly string[]): Blueprint | undefined
}

/** The names of an architecture, here and in config.json, and what it is for. */
export interface ArchitectureFacts {
  /** Our name. */
  readonly name: string
  /** True where making vectors of texts is all it does: its folder may say how (sentence.ts). */
  readonly embeds?: boolean
  /** True where it writes pictures in colours that its folder lists (loadColours.ts), and reads no text. */
  readonly hasColours?: boolean
  /** The kind of run that trains it, where one does. */
  readonly trainedAs?: RunKind
  /** The values that config.json may have under `model_type`. */
  readonly types: readonly string[]
  /** The values that config.json may have under `architectures`. */
  readonly classes: readonly string[]
}

/** An architecture, as whoever does not know which one it is can use it. */
export interface AnyArchitecture<Config extends FolderConfig = FolderConfig, Model extends object = AnyModel>
  extends ArchitectureFacts {
  /** The model that config.json describes. Throws for what cannot be read, and for what would be computed otherwise. */
  fromJSON(fields: ConfigFields): Blueprint<Config, Model>

  /** A new model of these sizes; undefined where such models only come out of folders. */
  fromSizes(sizes: NewSizes): Blueprint<Config, Model> | undefined
}

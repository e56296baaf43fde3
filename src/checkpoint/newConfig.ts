// New models, as an architecture is told of them: the kinds of training, and the sizes from which a config is made.

import type { Extents } from '../model/patchEmbedding.ts'
import type { PictureExtents } from '../model/pictureEncoder.ts'
import type { SkipGramConfig } from '../model/skipGram.ts'
import type { GenerationIds } from './generationIds.ts'

/** The kinds of models that a run can train, by what becomes of them. */
export const runKinds = [
  'decoder',
  'llama',
  'encoder',
  'encoder-decoder',
  'classifier',
  'word2vec',
  'listener',
  'picture-classifier',
  'clip',
] as const

export type RunKind = (typeof runKinds)[number]

/** The sizes of a new model, with what its config says beside them. */
export interface NewSizes {
  readonly vocab: number
  /** The number of different tokens that it reads, where it writes others than it reads. */
  readonly sourceVocab?: number
  readonly context: number
  readonly layer: number
  readonly head: number
  readonly model: number
  /** The width of the perceptrons; undefined where the architecture's usual one is wanted. */
  readonly hidden: number | undefined
  readonly dropout: number
  /** The ids that begin, end and fill up texts. */
  readonly special?: GenerationIds
  /** The frames of a sound that are heard at once, an even number, and the numbers of each. */
  readonly heard?: { readonly frame: number; readonly mel: number }
  /** The pictures that are seen, and the patches that they are cut into. */
  readonly seen?: { readonly picture: PictureExtents; readonly patch: Extents }
  /** The names of the classes of a classifier. */
  readonly labels?: readonly string[]
  /** The words that count as beside a word, and those that it is told from: model/skipGram.ts. */
  readonly beside?: Pick<SkipGramConfig, 'window' | 'negative' | 'sample'>
}

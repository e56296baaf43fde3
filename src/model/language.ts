// A language model: for every position, how much each entry of the vocabulary is expected there.
//
// Training, prefill and single steps call the same function; they differ in what they give it.

import type { Node, Tensor } from '../tensor/node.ts'
import type { Memory } from './attention.ts'
import type { Cache } from './cache.ts'
import type { Mask } from './masks.ts'
import type { Ids, Logits, Places, Stream } from './stream.ts'

/** What a forward pass may be given besides its ids. */
export interface Given {
  /** Keys and values of the positions before these. */
  readonly cache?: Cache | undefined
  /** The number of the training step, on which it depends what dropout hits. Without it nothing is dropped. */
  readonly step?: Tensor<never> | undefined
  /** The positions whose logits are wanted, if not all: the unembedding is then computed for them alone. */
  readonly at?: Ids | undefined
  /** Which sources positions may look at, beyond what the architecture says: no padding, no other text. */
  readonly keep?: Mask | undefined
  /** Where the positions stand in their texts, if not simply one after the other. */
  readonly places?: Places | undefined
  /** Which kind each token is of, for models that tell them apart: the first or the second of two texts. */
  readonly kinds?: Ids | undefined
  /** What an encoder made of the source, for models that look at one. */
  readonly memory?: Memory | undefined
  /** Where the positions and the places of the cache stand in a text of which only the last part is seen: for edits. */
  readonly standing?: { readonly position: Node; readonly cached: Node } | undefined
}

export interface LanguageModel {
  /** `vocab`: how many different tokens there are; `context`: how many positions the model can look at. */
  readonly config: { readonly vocab: number; readonly context: number }

  /** The logits (batch, position, vocab) of ids (batch, position). */
  logits(ids: Ids, given?: Given): Logits
}

/** A model that turns a whole text into vectors, one for each position. */
export interface EncodingModel {
  readonly config: { readonly vocab: number; readonly context: number }

  /** The stream (batch, position, model) that comes out of the last block. */
  states(ids: Ids, given?: Given): Stream
}

/** A language model that looks at a source: a translator. */
export interface SequenceModel extends LanguageModel {
  readonly config: { readonly vocab: number; readonly context: number; readonly sourceVocab: number }

  /** What the encoder makes of a source: ids (batch, position) → stream. */
  encode(source: Ids, given?: Pick<Given, 'step' | 'keep' | 'places'>): Stream

  /** Keeps in a cache what every cross-attention sees of an encoded source. */
  remember(encoded: Stream, cache: Cache): void
}

/**
 * What becomes of the numbers that a text's classes get: shares that add up to 1 (the text has one of the classes), a
 * probability for each class by itself (it has any of them), or nothing (they are what was asked for).
 */
export type ClassScores = 'softmax' | 'sigmoid' | 'none'

/** A model that says to which class a text belongs. */
export interface ClassifyingModel {
  readonly config: {
    readonly vocab: number
    readonly context: number
    readonly class: number
    /** What the numbers mean; softmax if not given. */
    readonly scores?: ClassScores
    /** How many kinds of tokens it tells apart: the first text's and the second's. */
    readonly kind?: number
  }

  /** One number for every class (batch, class), before softmax. */
  classes(ids: Ids, given?: Given): Tensor<'batch' | 'class'>
}

/** A language model that sees both sides of a position, and says what may stand there. */
export interface MaskedModel extends LanguageModel {
  readonly seesAhead: true
}

/** A model of any of these kinds. */
export type AnyModel = LanguageModel | MaskedModel | EncodingModel | SequenceModel | ClassifyingModel

/** What a model is for. */
export type ModelKind = 'decoder' | 'masked' | 'encoder' | 'classifier' | 'encoder-decoder'

/** Whether a model looks at a source: a translator. */
export const readsSource = (model: AnyModel): model is SequenceModel => 'remember' in model

export function kindOfModel(model: AnyModel): ModelKind {
  if (readsSource(model)) return 'encoder-decoder'
  if ('classes' in model) return 'classifier'
  if (!('logits' in model)) return 'encoder'
  return 'seesAhead' in model ? 'masked' : 'decoder'
}

/** What an encoded source is to a decoder; `keep`: which of its positions count. */
export function memoryOf(encoded: Stream, keep?: Mask): Memory {
  return { keep, sources: (part) => part.sources(encoded) }
}

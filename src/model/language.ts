// Kinds of models, each with what it declares: what it reads (reads.ts), and by its kind what it gives.
//
//   decoder           (batch, position, vocab)   what comes next, after each position           nothing behind it is seen
//   masked            (batch, position, vocab)   what may stand at each position                both sides are seen
//   encoder-decoder   (batch, position, vocab)   what comes next in a target, for a source
//   classifier        (batch, class)             how much speaks for each class
//   encoder           (batch, position, model)   a vector for each position
//   dual-encoder      (batch, shared)            a vector for a text or for a picture, in one space
//
// Training, prefill and single steps call the same function; they differ in what they give it.

import type { Node, Tensor } from '../tensor/node.ts'
import type { Memory } from './attention.ts'
import type { Cache } from './cache.ts'
import type { Mask } from './masks.ts'
import type { InputNodes, Reading, Reads } from './reads.ts'
import type { Ids, Logits, Places, Stream } from './stream.ts'

/** The things that a forward pass may be given besides what the model reads. */
export interface Given {
  /** Keys and values of the positions before these. */
  readonly cache?: Cache | undefined
  /** The number of the training step, on which it depends what dropout hits. Without it nothing is dropped. */
  readonly step?: Tensor<never> | undefined
  /** The positions whose logits are wanted, if not all: the unembedding is then computed for them alone. */
  readonly at?: Ids | undefined
  /** The sources that positions may look at, beyond what the architecture says: no padding, no other text. */
  readonly keep?: Mask | undefined
  /** Where the positions stand in their texts, if not simply one after the other. */
  readonly places?: Places | undefined
  /** The stream that an encoder made of the source, for models that look at one. */
  readonly memory?: Memory | undefined
  /**
   * For edits: where the positions and the places of the cache stand in a text of which only the last part is seen, and whether rows
   * may end in padding.
   */
  readonly standing?: { readonly position?: Node; readonly cached?: Node; readonly isPadded?: boolean } | undefined
}

/** The declarations of every model. */
interface Declared {
  readonly reads: Reads
  readonly config: object
}

/** A model that gives logits (batch, position, vocab) for what it reads, `ids` among it. */
interface TokenModel extends Declared {
  readonly reads: Reads & { readonly ids: Reading }
  /** `vocab`: the number of different tokens that it writes; `context`: the number of positions that the model can look at. */
  readonly config: { readonly vocab: number; readonly context: number }

  /** For every position, how much each entry of the vocabulary is expected there. */
  logits(inputs: InputNodes, given?: Given): Logits
}

/** A language model that writes: at a position it has seen what stands there and before, nothing behind. */
export interface DecoderModel extends TokenModel {
  readonly kind: 'decoder'
}

/** A language model that sees both sides of a position, and says what may stand there. */
export interface MaskedModel extends TokenModel {
  readonly kind: 'masked'
}

/** A language model that looks at a source: a translator. */
export interface SequenceModel extends TokenModel {
  readonly kind: 'encoder-decoder'
  readonly reads: Reads & { readonly ids: Reading; readonly source: Reading }

  /** The encoded source: a stream, whose positions the decoder looks at. */
  encode(inputs: InputNodes, given?: Pick<Given, 'step' | 'keep' | 'places'>): Stream

  /** Keeps in a cache what every cross-attention sees of an encoded source. */
  remember(encoded: Stream, cache: Cache): void
}

/** A model that says for every position how much each entry of the vocabulary is expected there. */
export type LanguageModel = DecoderModel | MaskedModel | SequenceModel

/** A language model that goes on with a text, or writes one for a source. */
export type WritingModel = DecoderModel | SequenceModel

/** True for a model that writes. */
export const isWriting = (model: AnyModel): model is WritingModel =>
  model.kind === 'decoder' || model.kind === 'encoder-decoder'

/** True for a model of whose text no position sees what comes after it. */
export const isLookingBack = (model: AnyModel): boolean =>
  isWriting(model) || (model.kind === 'encoder' && model.isCausal === true)

/** A model that turns what it reads into vectors, one for each position. */
export interface EncodingModel extends Declared {
  readonly kind: 'encoder'
  /** True where no position sees what comes after it. */
  readonly isCausal?: boolean

  /** The stream (batch, position, model) that comes out of the last block. */
  states(inputs: InputNodes, given?: Given): Stream
}

/**
 * The meaning that the numbers of the classes are given: shares that add up to 1 (an example has one of the classes), a
 * probability for each class by itself (it has any of them), or nothing (they are what was asked for).
 */
export type ClassScores = 'softmax' | 'sigmoid' | 'none'

/** A model that says to which class an example belongs. */
export interface ClassifyingModel extends Declared {
  readonly kind: 'classifier'
  readonly config: {
    readonly class: number
    /** The meaning of the numbers; softmax if not given. */
    readonly scores?: ClassScores
  }

  /** One number for every class (batch, class), before softmax. */
  classes(inputs: InputNodes, given?: Given): Tensor<'batch' | 'class'>
}

/** A model that turns texts and pictures into vectors of one space, where those are near that belong together. */
export interface DualEncoderModel extends Declared {
  readonly kind: 'dual-encoder'
  readonly reads: Reads & { readonly ids: Reading; readonly pixels: Reading }
  /** `vocab`, `context`: the different tokens, and how many of them a text may have; `shared`: the width of the vectors. */
  readonly config: { readonly vocab: number; readonly context: number; readonly shared: number }

  /** The logarithm of the factor of similarities. */
  readonly logitScale: Tensor<never>

  /** Each of the two encoders as a model of its own, to look into; its values have the addresses that they have here. */
  readonly texts: EncodingModel
  readonly pictures: EncodingModel

  /** The vectors of texts (batch, shared), each as long as 1. Behind the token that ends a text anything may stand. */
  textVectors(inputs: InputNodes, given?: Given): Tensor<'batch' | 'shared'>

  /** The vectors of pictures (batch, shared), each as long as 1. */
  pictureVectors(inputs: InputNodes, given?: Given): Tensor<'batch' | 'shared'>

  /** The cosine of each text with each picture (batch, picture), times the factor that the model has learnt. */
  similarities(inputs: InputNodes, given?: Given): Tensor<'batch' | 'picture'>
}

/** A model of any of these kinds. */
export type AnyModel = LanguageModel | EncodingModel | ClassifyingModel | DualEncoderModel

/** The task of a model. */
export type ModelKind = AnyModel['kind']

/** An encoded source as a decoder sees it; `keep`: which of its positions count. */
export function memoryOf(encoded: Stream, keep?: Mask): Memory {
  return { keep, sources: (part) => part.sources(encoded) }
}

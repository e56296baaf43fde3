// An encoder: every position looks at all others, before and after it, and becomes a vector that knows its surroundings.
//
// `encode` is the forward pass of those that read tokens, `encodeStream` the part of it that all have; bert.ts, encoderDecoder.ts and
// whisper.ts say which parts they are made of.

import { see, trace } from '../tensor/pass.ts'
import { add, size } from '../tensor/primitives.ts'
import type { Block, Part } from './block.ts'
import { placesFrom } from './decoder.ts'
import { Dropout, type DropRates } from './dropout.ts'
import type { KindEmbedding, TokenEmbedding } from './embedding.ts'
import type { EncodingModel, Given } from './language.ts'
import type { Mask } from './masks.ts'
import type { Positions } from './positions.ts'
import { idsBelow, type Reads } from './reads.ts'
import type { Ids, Stream } from './stream.ts'

/** The parts of an encoder that make a stream of what was embedded. */
export interface EncoderBody {
  readonly positions?: Positions | undefined
  /** Normalises the embeddings, before the first block. */
  readonly embeddingNorm?: Part | undefined
  readonly blocks: readonly Block[]
  /** Normalises what comes out of the last block, in pre-norm models. */
  readonly norm?: Part | undefined
}

/** The parts that an encoder of tokens is made of. */
export interface EncoderParts extends EncoderBody {
  readonly embedding: TokenEmbedding
  readonly kinds?: KindEmbedding | undefined
}

/** A text as nodes; `kinds`: which kind each token is of, the first or the second of two texts. */
export type TextInputs = { readonly ids: Ids; readonly kinds?: Ids | undefined }

/** The declaration of who reads a text, and perhaps which of so many kinds each token is of. */
export const textReads = ({ vocab, context }: { readonly vocab: number; readonly context: number }, kind?: number) => ({
  ids: idsBelow(vocab, context),
  ...(kind !== undefined && { kinds: { ...idsBelow(kind, context), isOptional: true } }),
})

/**
 * The forward pass of an encoder of tokens: `ids`, and perhaps `kinds`. `given.keep`: which sources are no padding, and of the
 * same text.
 */
export function encode(model: EncoderParts, inputs: TextInputs, given: Given = {}, drops?: DropRates): Stream {
  return trace(model, () => {
    const token = model.embedding.apply(inputs.ids)
    const told = model.kinds ? add(token, model.kinds.apply(inputs.kinds) as Stream) : token
    return encodeStream(model, told, given, drops)
  }).outputs
}

/** The forward pass of an encoder behind its embedding, whatever that embeds: tokens, frames of sound. */
export function encodeStream(
  model: EncoderBody,
  x: Stream,
  { step, keep, places = placesFrom({ position: size(x, 'position') }) }: Given,
  drops?: DropRates,
): Stream {
  const context = { keep: keep as Mask | undefined, places, drop: new Dropout(drops, step) }
  const placed = model.positions ? model.positions.onto(x, places) : x
  const { embedded } = see(model, { embedded: placed })
  const { embeddingNorm, norm } = model
  const normed = embeddingNorm ? see(embeddingNorm, { output: embeddingNorm.apply(embedded) }).output : embedded
  let stream = context.drop.apply('embedding', normed, model)
  for (const block of model.blocks) stream = block.apply(stream, context)
  return norm ? see(norm, { output: norm.apply(stream) }).output : stream
}

/** An encoder of one's own. */
export class Encoder implements EncodingModel, EncoderParts {
  readonly kind = 'encoder'
  readonly reads: Reads
  readonly embedding: TokenEmbedding
  readonly positions: Positions | undefined
  readonly kinds: KindEmbedding | undefined
  readonly embeddingNorm: Part | undefined
  readonly blocks: readonly Block[]
  readonly norm: Part | undefined
  readonly config: { readonly vocab: number; readonly context: number }
  readonly #drops: DropRates | undefined

  constructor({ context, drops, ...parts }: EncoderParts & { context: number; drops?: DropRates }) {
    this.embedding = parts.embedding
    this.positions = parts.positions
    this.kinds = parts.kinds
    this.embeddingNorm = parts.embeddingNorm
    this.blocks = parts.blocks
    this.norm = parts.norm
    this.config = { vocab: size(parts.embedding.token, 'vocab'), context }
    this.reads = textReads(this.config, parts.kinds && size(parts.kinds.kind, 'kind'))
    this.#drops = drops
  }

  states(inputs: TextInputs, given: Given = {}): Stream {
    return encode(this, inputs, given, this.#drops)
  }
}

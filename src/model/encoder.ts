// An encoder: every position looks at all others, before and after it, and becomes a vector that knows its surroundings.
//
// `encode` is the forward pass of all of them; bert.ts and encoderDecoder.ts say which parts they are made of.

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

/** The parts that an encoder is made of. */
export interface EncoderParts {
  readonly embedding: TokenEmbedding
  readonly positions?: Positions | undefined
  readonly kinds?: KindEmbedding | undefined
  /** Normalises the embeddings, before the first block. */
  readonly embeddingNorm?: Part | undefined
  readonly blocks: readonly Block[]
  /** Normalises what comes out of the last block, in pre-norm models. */
  readonly norm?: Part | undefined
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
  return trace(model, () => statesOf(model, inputs, given, drops)).outputs
}

function statesOf(
  model: EncoderParts,
  { ids, kinds }: TextInputs,
  { step, keep, places }: Given,
  drops: DropRates | undefined,
): Stream {
  const where = places ?? placesFrom({ position: size(ids, 'position') })
  const context = { keep: keep as Mask | undefined, places: where, drop: new Dropout(drops, step) }
  const token = model.embedding.apply(ids)
  const told = model.kinds ? add(token, model.kinds.apply(kinds) as Stream) : token
  const placed = model.positions ? model.positions.onto(told, where) : told
  const { embedded } = see(model, { embedded: placed })
  const { embeddingNorm, norm } = model
  const normed = embeddingNorm ? see(embeddingNorm, { output: embeddingNorm.apply(embedded) }).output : embedded
  let x = context.drop.apply('embedding', normed, model)
  for (const block of model.blocks) x = block.apply(x, context)
  return norm ? see(norm, { output: norm.apply(x) }).output : x
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

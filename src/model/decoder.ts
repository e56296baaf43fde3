// A decoder: embed, let every block read the stream and add to it, and compare with every entry of the vocabulary. No position
// sees what comes after it.
//
// `decode` is the forward pass of all of them; gpt2.ts and llama.ts say which parts they are made of. To put together one of
// your own, give `Decoder` its parts: without any blocks it is a table of which token follows which.

import { see, trace } from '../tensor/pass.ts'
import { add, gather, index, size } from '../tensor/primitives.ts'
import type { Block, Part } from './block.ts'
import { Dropout, type DropRates } from './dropout.ts'
import type { TokenEmbedding } from './embedding.ts'
import type { DecoderModel, Given } from './language.ts'
import { both, causal, type Extent, type Mask } from './masks.ts'
import type { Positions } from './positions.ts'
import { idsBelow } from './reads.ts'
import type { Ids, Logits, Places, Stream } from './stream.ts'

/** Gives logits for the stream. */
export interface Unembedding {
  apply(x: Stream): Logits
}

/** The parts that a decoder is made of. */
export interface DecoderParts {
  readonly embedding: TokenEmbedding
  /** The part that puts places onto the embeddings; without it the blocks' attention may know of places, or nothing does. */
  readonly positions?: Positions | undefined
  readonly blocks: readonly Block[]
  readonly norm?: Part | undefined
  readonly unembedding: Unembedding
}

/** Where the positions of a forward pass stand: one after the other, behind those that a cache holds. */
export function placesFrom({ position, start }: Extent): Places {
  const places = index('position', position)
  return start ? add(places, start) : places
}

/**
 * The forward pass of a decoder.
 *
 * - `sight`: the sources that a position may look at; causal if not given
 */
export function decode(model: DecoderParts, ids: Ids, given: Given = {}, options: DecodingOptions = {}): Logits {
  return trace(model, () => logitsOf(model, ids, given, options)).outputs
}

interface DecodingOptions {
  readonly drops?: DropRates
  readonly sight?: (extent: Extent) => Mask
}

function logitsOf(
  model: DecoderParts,
  ids: Ids,
  { cache, step, at, keep, places, memory }: Given,
  { drops, sight = causal }: DecodingOptions,
): Logits {
  const extent: Extent = { position: size(ids, 'position'), source: cache?.capacity, start: cache?.start }
  const context = {
    keep: both(sight(extent), keep),
    cache,
    places: places ?? placesFrom(extent),
    drop: new Dropout(drops, step),
    memory,
  }
  const token = model.embedding.apply(ids)
  const placed = model.positions ? model.positions.onto(token, context.places) : token
  let x = context.drop.apply('embedding', see(model, { embedded: placed }).embedded, model)
  for (const block of model.blocks) x = block.apply(x, context)
  const final = model.norm ? see(model.norm, { output: model.norm.apply(x) }).output : x
  const asked = at ? gather(final, at, 'position') : final
  return see(model, { logits: model.unembedding.apply(asked) }).logits
}

/** A decoder of one's own. */
export class Decoder implements DecoderModel, DecoderParts {
  readonly kind = 'decoder'
  readonly embedding: TokenEmbedding
  readonly positions: Positions | undefined
  readonly blocks: readonly Block[]
  readonly norm: Part | undefined
  readonly unembedding: Unembedding
  readonly config: { readonly vocab: number; readonly context: number }
  readonly #options: { drops?: DropRates; sight?: (extent: Extent) => Mask }

  /** `context`: the number of positions that it is made for. */
  constructor({
    context,
    drops,
    sight,
    ...parts
  }: DecoderParts & {
    context: number
    drops?: DropRates
    sight?: (extent: Extent) => Mask
  }) {
    this.embedding = parts.embedding
    this.positions = parts.positions
    this.blocks = parts.blocks
    this.norm = parts.norm
    this.unembedding = parts.unembedding
    this.config = { vocab: size(parts.embedding.token, 'vocab'), context }
    this.#options = { ...(drops && { drops }), ...(sight && { sight }) }
  }

  get reads() {
    return { ids: idsBelow(this.config.vocab, this.config.context) }
  }

  logits({ ids }: { ids: Ids }, given: Given = {}): Logits {
    return decode(this, ids, given, this.#options)
  }
}

// How a small model's tokens and their places become a stream.

import { TokenEmbedding } from '../model/embedding.ts'
import { Linear } from '../model/linear.ts'
import {
  ConcatenatedPositions,
  LearnedPositions,
  type PlaceRows,
  type Positions,
  SinusoidalPositions,
} from '../model/positions.ts'
import type { Places, Stream } from '../model/stream.ts'
import type { Tensor } from '../tensor/node.ts'
import { add, minimum, multiply, parameter, rename } from '../tensor/primitives.ts'
import { type SmallModel, startOf } from './smallChoices.ts'

/** The table of tokens. One whose tokens are single numbers is spread over the stream by `SpreadTokens`. */
export function smallEmbedding(choices: SmallModel, vocab: number): TokenEmbedding {
  const { model, beside, embedding, embeddingScale: scale } = choices
  const width = embedding === 'number' ? 1 : model - beside
  // One number has nothing but itself to tell tokens apart: it begins as wide as a usual embedding is long.
  const start = embedding === 'number' ? { normal: 1 } : startOf(choices, vocab, width)
  return new TokenEmbedding({ vocab, model: width, scale, start })
}

/** The part that puts places onto the tokens' rows, where that is not done within attention. */
export function smallPositions(choices: SmallModel): Positions | undefined {
  const { embedding, model, beside } = choices
  const places = placesOf(choices)
  return embedding === 'number' ? new SpreadTokens(model - beside, places) : places
}

function placesOf(choices: SmallModel): Positions | undefined {
  const { positions, beside, model, context } = choices
  const width = beside > 0 ? beside : model
  if (positions === 'none' || positions === 'rotary' || positions === 'alibi') return undefined
  const rows =
    positions === 'learnt'
      ? new KnownPlaces(context, width)
      : positions === 'number'
        ? new NumberedPlaces(context, width)
        : new SinusoidalPositions({ model: width })
  return beside > 0 ? new ConcatenatedPositions(rows) : rows
}

/** Learnt places; one that training never came to has the row of the last. */
class KnownPlaces implements PlaceRows, Positions {
  readonly learnt: LearnedPositions
  readonly #last: number

  constructor(context: number, model: number) {
    this.learnt = new LearnedPositions({ context, model })
    this.#last = context - 1
  }

  rows(places: Places): ReturnType<PlaceRows['rows']> {
    return this.learnt.rows(minimum(places as Tensor<'position'>, this.#last))
  }

  onto(x: Stream, places: Places): Stream {
    return add(x, this.rows(places) as Stream)
  }
}

/** A place as one number, its share of the context, times a learnt direction. */
class NumberedPlaces implements PlaceRows, Positions {
  readonly direction: Tensor<'model'>
  readonly #context: number

  constructor(context: number, model: number) {
    this.direction = parameter({ model })
    this.#context = context
  }

  rows(places: Places): ReturnType<PlaceRows['rows']> {
    return multiply(multiply(places as Tensor<'position'>, 1 / this.#context), this.direction)
  }

  onto(x: Stream, places: Places): Stream {
    return add(x, this.rows(places) as Stream)
  }
}

/** Tokens that are one number each, along a learnt line through the stream: number · direction + offset. */
class SpreadTokens implements Positions {
  readonly line: Linear<'number', 'model'>
  readonly places: Positions | undefined

  constructor(model: number, places: Positions | undefined) {
    this.line = new Linear({ from: { number: 1 }, to: { model }, bias: true })
    this.places = places
  }

  onto(x: Stream, places: Places): Stream {
    const wide = this.line.apply<'batch' | 'position'>(rename(x, 'model', 'number'))
    return this.places ? this.places.onto(wide, places) : wide
  }
}

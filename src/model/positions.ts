// Positions: what tells a model where its tokens stand. Attention alone sees a set, without order.
//
//   LearnedPositions      a learnt row for every place                                       GPT-2; BERT
//   SinusoidalPositions   sin and cos of the place, at wavelengths from 2π to 10,000 · 2π    Vaswani et al. 2017, section 3.5
//   FixedSinusoids        a stored row for every place, which no training changes            Whisper
//   ConcatenatedPositions any of these behind the token's numbers, instead of added to them
//
// A model adds them to its embeddings, or attention adds them to what asks and offers alone (attention.ts). RoPE and ALiBi,
// which work inside attention, stand in rotary.ts and alibi.ts.

import { type Size, sizeOf } from '../tensor/axes.ts'
import { concatenate } from '../tensor/definitions.ts'
import * as elementary from '../tensor/elementary.ts'
import type { Start, Tensor } from '../tensor/node.ts'
import { add, cos, expand, gather, index, less, multiply, parameter, sin, table, where } from '../tensor/primitives.ts'
import type { Places, Stream } from './stream.ts'

type Rows = Tensor<'position' | 'model'> | Tensor<'batch' | 'position' | 'model'>

/** Numbers for places. */
export interface PlaceRows {
  /** A row for every place: (…, position) → (…, position, model). */
  rows(places: Places): Rows
}

/** A part that puts places onto a stream. */
export interface Positions {
  onto(x: Stream, places: Places): Stream
}

/** A learnt row for every place in the context. */
export class LearnedPositions implements PlaceRows, Positions {
  readonly place: Tensor<'position' | 'model'>

  constructor({ context, model, start }: { context: number | Size; model: number | Size; start?: Start }) {
    this.place = parameter({ position: context, model }, start)
  }

  rows(places: Places): Rows {
    return gather(this.place, places as Tensor<'position'>, 'position')
  }

  onto(x: Stream, places: Places): Stream {
    return add(x, this.rows(places) as Stream)
  }
}

/**
 * sin(place / 10000^(2i/d)) in the first half of the numbers, cos in the second, as Marian has them. The paper has them in
 * turns, which only numbers the same columns differently.
 */
export class SinusoidalPositions implements PlaceRows, Positions {
  readonly #model: number

  constructor({ model }: { model: number | Size }) {
    this.#model = typeof model === 'number' ? model : model.size
  }

  rows(places: Places): Rows {
    const model = this.#model
    const half = Math.ceil(model / 2)
    const frequencies = Array.from({ length: model }, (_, i) =>
      elementary.power(10000, (-2 * (i < half ? i : i - half)) / model),
    )
    const angle = multiply(places as Tensor<'position'>, table({ model }, frequencies))
    return where(less(index('model', model), half), sin(angle), cos(angle))
  }

  onto(x: Stream, places: Places): Stream {
    return add(x, this.rows(places) as Stream)
  }
}

/**
 * A row for every place of a whole source: sin(place / 10000^(i/(d/2−1))) in the first half of the numbers, cos in the second. The
 * rows are stored with the weights, but stay what they are.
 */
export class FixedSinusoids implements Positions {
  readonly place: Tensor<'position' | 'model'>

  constructor({ context, model }: { context: number; model: number }) {
    const half = model / 2
    const angle = (place: number, i: number): number => place / elementary.power(10000, i / Math.max(1, half - 1))
    const rows = Array.from({ length: context * model }, (_, cell) => {
      const [place, i] = [Math.floor(cell / model), cell % model]
      return i < half ? elementary.sinOf(angle(place, i)) : elementary.cosOf(angle(place, i - half))
    })
    this.place = parameter({ position: context, model }, { fixed: rows })
  }

  /** The source is always whole, so that its places are those of the rows. */
  onto(x: Stream): Stream {
    return add(x, this.place)
  }
}

/** Places behind the token's numbers: the stream is as wide as both together. */
export class ConcatenatedPositions implements Positions {
  readonly positions: PlaceRows

  constructor(positions: PlaceRows) {
    this.positions = positions
  }

  onto(x: Stream, places: Places): Stream {
    const rows = this.positions.rows(places) as Stream
    const all = x.axes.map((axis) => (axis.name === 'model' ? { ...axis, size: sizeOf(rows.axes, 'model') } : axis))
    return concatenate(x, expand(rows, all) as Stream, 'model')
  }
}

// ALiBi: no position has numbers of its own; a source counts the less the further away it is, for each head at its own pace.
//
//   bias = −slope · |position − source|      slope = 2^(−8/h), 2^(−16/h), … for h heads
//
// Press, Smith, Lewis 2022, section 3. Where h is no power of two, the slopes of the next smaller one come first, and then
// every other one of the next larger.

import * as elementary from '../tensor/elementary.ts'
import type { Tensor } from '../tensor/node.ts'
import { abs, multiply, negate, subtract, table } from '../tensor/primitives.ts'
import type { AttentionPositions } from './attention.ts'
import { type Extent, maskWhere } from './masks.ts'

export class AlibiPositions implements AttentionPositions {
  readonly #slopes: readonly number[]

  constructor({ head }: { head: number }) {
    this.#slopes = slopes(head)
  }

  /** The numbers that are added to the scores: (position, source, head). */
  bias(extent: Extent): Tensor<'head' | 'position' | 'source'> {
    const distance = maskWhere(extent, (position, source) => abs(subtract(position, source)))
    return multiply(negate(distance), table({ head: this.#slopes.length }, this.#slopes))
  }
}

function slopes(heads: number): number[] {
  const power = 2 ** Math.floor(Math.log2(heads))
  const own = Array.from({ length: power }, (_, i) => elementary.power(2, (-8 * (i + 1)) / power))
  const between = Array.from({ length: heads - power }, (_, i) => elementary.power(2, (-8 * (2 * i + 1)) / (2 * power)))
  return [...own, ...between]
}

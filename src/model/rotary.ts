// RoPE, rotary positions: queries and keys are turned by their place, so that their product depends on the distance alone.
//
//   Number i and number i + d/2 of a head are a pair, a point in a plane; at place p it is turned by the angle p · frequency[i].
//
//   turned = x · cos(angle) + quarter(x) · sin(angle)      quarter turns every pair by 90°: (a, b) → (−b, a)
//
// Su et al. 2021, section 3.2. The frequencies, and how they are scaled for longer texts, stand in frequencies.ts.

import { sizeOf } from '../tensor/axes.ts'
import type { Tensor } from '../tensor/node.ts'
import { add, cos, dot, max, multiply, rename, sin, table } from '../tensor/primitives.ts'
import type { AttentionPositions } from './attention.ts'
import type { Frequencies } from './frequencies.ts'

export class RotaryPositions implements AttentionPositions {
  readonly #frequencies: Frequencies

  constructor(frequencies: Frequencies) {
    this.#frequencies = frequencies
  }

  /** Queries or keys, turned: `places` says where they stand, along `position` or `source`. */
  turned<A extends string>(x: Tensor<A | 'key'>, places: Tensor): Tensor<A | 'key'> {
    const { perNumber, strength } = this.#frequencies
    const key = sizeOf(x.axes, 'key')
    const longest = max(places, ...places.axes.map(({ name }) => name)) as Tensor<never>
    const angle = multiply(places, perNumber(add(longest, 1)))
    const quarter = rename(dot(x as Tensor<'key'>, quarterTurn(key), 'key'), 'turned', 'key')
    return add(
      multiply(x as Tensor, multiply(cos(angle), strength)),
      multiply(quarter as Tensor, multiply(sin(angle), strength)),
    ) as Tensor as Tensor<A | 'key'>
  }
}

/** The matrix that turns every pair by 90°. */
function quarterTurn(key: number): Tensor<'key' | 'turned'> {
  const half = key / 2
  const cells = new Array<number>(key * key).fill(0)
  for (let i = 0; i < half; i++) {
    cells[(i + half) * key + i] = -1
    cells[i * key + i + half] = 1
  }
  return table({ key, turned: key }, cells)
}

// Numbers to test with: without pattern, and the same every time.

import { type Axis, cells } from '../../src/tensor/axes.ts'
import { uniform } from '../../src/tensor/random.ts'

/** Numbers between two bounds, for all cells of some axes. */
export function numbers(axes: readonly Axis[], { from = -1, to = 1, key = 1 } = {}): Float64Array {
  return Float64Array.from({ length: cells(axes) }, (_, cell) => from + (to - from) * uniform(key, 0, cell))
}

/** Fails, naming the first place, where two lists differ by more than `tolerance` of the larger of 1 and the number's size. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what = 'values',
): void {
  if (actual.length !== expected.length)
    throw new Error(`${what}: ${actual.length} numbers instead of ${expected.length}.`)
  for (let i = 0; i < expected.length; i++) {
    const allowed = tolerance * Math.max(1, Math.abs(expected[i]))
    if (!(Math.abs(actual[i] - expected[i]) <= allowed) && actual[i] !== expected[i])
      throw new Error(`${what}: place ${i} is ${actual[i]} instead of ${expected[i]}.`)
  }
}

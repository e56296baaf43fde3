// The numbers of an attention at one position, head by head, and the vectors that its heads write there. Heads that share keys and
// values come one after the other.

import type { Values } from '../../engine/engine.ts'
import { type Axis, hasAxis } from '../../tensor/axes.ts'
import { axesNamed, offsets } from '../layout.ts'
import type { SourceShare } from './steps.ts'

/** The numbers of each head along the other axes, in their order. */
export function numbersPerHead({ axes, data }: Values, inner: readonly string[]): Float32Array[] {
  const heads = axesNamed(axes, ['head', 'group'])
  const places = offsets(axesNamed(axes, inner), axes)
  return offsets(heads, axes).map((start) => Float32Array.from(places, (at) => data[start + at]))
}

/** W_O of each head: (value × model), row by row, with its factor. Without one the values are written as they are. */
export function outputWeights(weight: Values, factor: number): Float64Array[] {
  return numbersPerHead(weight, ['value', 'model']).map((cells) => Float64Array.from(cells, (cell) => cell * factor))
}

/** numbers · W_O of a head; the numbers themselves where there is none. */
export function written(numbers: ArrayLike<number>, weights: Float64Array | undefined): Float64Array {
  if (!weights) return Float64Array.from(numbers)
  const width = weights.length / numbers.length
  const vector = new Float64Array(width)
  for (let i = 0; i < numbers.length; i++)
    for (let cell = 0; cell < width; cell++) vector[cell] += numbers[i] * weights[i * width + cell]
  return vector
}

/** The values of all sources as each of the heads sees them: of a source its numbers. */
export function valuesOfHeads(values: Values, heads: readonly Axis[]): ((source: number) => Float32Array)[] {
  const { axes, data } = values
  const inner = offsets(axesNamed(axes, ['value']), axes)
  const sources = offsets(axesNamed(axes, ['source']), axes)
  // Along "group" values stay the same: they have no such axis.
  return offsets(axesNamed(heads, ['head', 'group']), axes).map(
    (start) => (source) => Float32Array.from(inner, (at) => data[start + sources[source] + at]),
  )
}

/** The sources with the largest shares, largest first; of equal ones the earlier. */
export function largestShares(shares: ArrayLike<number>, ids: ArrayLike<number>, count: number): SourceShare[] {
  return Array.from(shares, (share, source) => ({ source, id: ids[source], share }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share || a.source - b.source)
    .slice(0, count)
}

/** −Σ p ln p, in nats. */
export function entropyOfShares(shares: ArrayLike<number>): number {
  let entropy = 0
  for (let i = 0; i < shares.length; i++) if (shares[i] > 0) entropy -= shares[i] * Math.log(shares[i])
  return entropy
}

/** The axes of heads of a value. */
export const headAxes = (axes: readonly Axis[]): Axis[] =>
  axesNamed(
    axes,
    ['head', 'group'].filter((name) => hasAxis(axes, name)),
  )

// Numbers along one of their axes, in double precision and in place: scaled, centred, summed.

import { type Axis, cells, sizeOf } from '../tensor/axes.ts'

/** Runs `body` for every row of cells that stand at one place of an axis: where it begins, its length, the place, and where in what is left. */
function byPlace(
  axes: readonly Axis[],
  name: string,
  body: (from: number, length: number, place: number, rest: number) => void,
): void {
  const at = axes.findIndex((axis) => axis.name === name)
  const inner = cells(axes.slice(at + 1))
  const { size } = axes[at]
  const outer = cells(axes) / size / inner
  for (let i = 0; i < outer; i++)
    for (let place = 0; place < size; place++) body((i * size + place) * inner, inner, place, i * inner)
}

/** Multiplies what stands at each place by a factor of its own. */
export function scale(axes: readonly Axis[], data: Float64Array, name: string, factors: ArrayLike<number>): void {
  byPlace(axes, name, (from, length, place) => {
    for (let i = 0; i < length; i++) data[from + i] *= factors[place]
  })
}

/** Takes the mean along an axis away. */
export function centre(axes: readonly Axis[], data: Float64Array, name: string): void {
  const size = sizeOf(axes, name)
  const means = summed(axes, data, name, new Float64Array(size).fill(1 / size)).data
  byPlace(axes, name, (from, length, _, rest) => {
    for (let i = 0; i < length; i++) data[from + i] -= means[rest + i]
  })
}

/** Σ over an axis of the numbers times those of a vector. */
export function summed(
  axes: readonly Axis[],
  data: Float64Array,
  name: string,
  vector: ArrayLike<number>,
): { readonly axes: readonly Axis[]; readonly data: Float64Array } {
  const left = axes.filter((axis) => axis.name !== name)
  const sums = new Float64Array(cells(left))
  byPlace(axes, name, (from, length, place, rest) => {
    for (let i = 0; i < length; i++) sums[rest + i] += data[from + i] * vector[place]
  })
  return { axes: left, data: sums }
}

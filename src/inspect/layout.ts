// How numbers lie along axes: axes in an order that is asked for, and where a value has the cells that they count.

import { type Axis, denseStrides } from '../tensor/axes.ts'

/** The axes with these names, in the order of the names, as far as they are there. */
export const axesNamed = (axes: readonly Axis[], names: readonly string[]): Axis[] =>
  names.flatMap((name) => axes.find((axis) => axis.name === name) ?? [])

/**
 * For every place on `axes`, the first running slowest, the offset among the cells of a value with axes of its own; along one that
 * the value lacks it stays where it is.
 */
export function offsets(axes: readonly Pick<Axis, 'name' | 'size'>[], own: readonly Axis[]): number[] {
  const dense = denseStrides(own.map(({ size }) => size))
  const strides = axes.map(({ name }) => dense[own.findIndex((axis) => axis.name === name)] ?? 0)
  return axes.reduce<number[]>(
    (all, { size }, a) =>
      all.flatMap((start) => Array.from({ length: size }, (_, place) => start + place * strides[a])),
    [0],
  )
}

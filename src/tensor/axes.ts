// Named axes: the shape of a tensor is a set of names with sizes, and trouble with them has an error of its own.

import { didYouMean } from '../text/spelling.ts'

/** One axis of a tensor: its name, its size, and, where somebody said so, where the size comes from. */
export interface Axis {
  readonly name: string
  readonly size: number
  readonly because?: string
}

/** A size with its reason, for those who ask where a number comes from: `{ size: 32, because: '128 / 4 heads' }`. */
export interface Size {
  readonly size: number
  readonly because: string
}

export type Sizes<A extends string> = Readonly<Record<A, number | Size>>

/** Shape trouble: the message says where, which operation, both shapes, and what to do. */
export class AxisError extends Error {
  override readonly name = 'AxisError'
  constructor(place: string | undefined, problem: string, remedy?: string) {
    super(`${place ? `${place}: ` : ''}${problem}${remedy ? `\n  ${remedy}` : ''}`)
  }
}

/** Axes as they are written in messages: `(batch 2, head 8, position 16)`. */
export function describeAxes(axes: readonly Axis[]): string {
  return axes.length === 0 ? 'a single number' : `(${axes.map(({ name, size }) => `${name} ${size}`).join(', ')})`
}

/** The axes of `sizes`, in the order in which they are written down. */
export function axesOf(sizes: Sizes<string>, operation: string): Axis[] {
  return Object.entries(sizes).map(([name, given]) => {
    const { size, because } = typeof given === 'number' ? { size: given, because: undefined } : given
    if (!Number.isInteger(size) || size < 1)
      throw new AxisError(
        undefined,
        `${operation}: the size of axis "${name}" is ${size}; it must be a whole number, at least 1.`,
      )
    return because === undefined ? { name, size } : { name, size, because }
  })
}

/** The number of cells of a tensor with these axes. */
export function cells(axes: readonly Axis[]): number {
  return axes.reduce((product, { size }) => product * size, 1)
}

/** The distances between neighbours along each axis, where cells lie row by row without gaps: 1 on the last. */
export function denseStrides(sizes: readonly number[]): number[] {
  return sizes.map((_, i) => sizes.slice(i + 1).reduce((product, size) => product * size, 1))
}

/** The place on each axis of a cell, counted row-major. */
export function placesOfCell(axes: readonly Pick<Axis, 'size'>[], cell: number): number[] {
  let rest = cell
  return axes
    .toReversed()
    .map(({ size }) => {
      const place = rest % size
      rest = Math.floor(rest / size)
      return place
    })
    .toReversed()
}

export function hasAxis(axes: readonly Axis[], name: string): boolean {
  return axes.some((axis) => axis.name === name)
}

export function sizeOf(axes: readonly Axis[], name: string): number {
  const found = axes.find((axis) => axis.name === name)
  if (!found)
    throw new AxisError(
      undefined,
      `size: no axis "${name}" in ${describeAxes(axes)}.${didYouMean(
        name,
        axes.map((axis) => axis.name),
      )}`,
    )
  return found.size
}

/** Equal names, in any order. */
export function sameAxes(a: readonly Axis[], b: readonly Axis[]): boolean {
  return a.length === b.length && a.every((axis) => hasAxis(b, axis.name))
}

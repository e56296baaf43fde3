// A kernel's axes, made few: axes of one place are dropped, and neighbours along which every operand lies as along one
// long axis become one. A matrix whose rows follow one another is then a single run.

import type { KernelOperand, Value } from './kernel.ts'
import { allValues } from './values.ts'

export interface JoinedAxes {
  readonly sizes: readonly number[]
  /** An operand's (or a random value's) strides along the joined axes. */
  strides(of: readonly number[]): number[]
  /** The joined axis that an axis became; undefined if it has only one place. */
  placeOf(axis: number): number | undefined
}

/**
 * Joins the axes of [begin, end) within each section, and never across; a section that would be left without an axis gets
 * one of size 1 if it is the last.
 */
export function joinAxes(
  kernel: { readonly axes: readonly number[]; readonly operands: readonly KernelOperand[] },
  values: readonly Value[],
  sections: readonly (readonly [number, number])[],
): JoinedAxes & { readonly lengths: readonly number[] } {
  const runs = kernel.operands.map(({ strides }) => strides)
  const counted = new Set<number>()
  for (const value of allValues(values)) {
    if (value.kind === 'index') counted.add(value.axis)
    if (value.kind === 'random') runs.push(value.strides)
  }
  const canJoin = (outer: number, inner: number): boolean =>
    !counted.has(outer) &&
    !counted.has(inner) &&
    runs.every((strides) => strides[outer] === strides[inner] * kernel.axes[inner])

  // The innermost axis of each joined one, and all axes that it is made of.
  const joined: { inner: number | undefined; size: number; members: number[] }[] = []
  const lengths = sections.map(([begin, end], section) => {
    const before = joined.length
    for (let axis = begin; axis < end; axis++) {
      const size = kernel.axes[axis]
      if (size === 1) continue
      const last = joined.length > before ? joined.at(-1) : undefined
      if (last?.inner !== undefined && canJoin(last.inner, axis)) {
        last.inner = axis
        last.size *= size
        last.members.push(axis)
      } else joined.push({ inner: axis, size, members: [axis] })
    }
    if (section === sections.length - 1 && joined.length === before)
      joined.push({ inner: undefined, size: 1, members: [] })
    return joined.length - before
  })

  return {
    sizes: joined.map(({ size }) => size),
    lengths,
    strides: (of) => joined.map(({ inner }) => (inner === undefined ? 0 : of[inner])),
    placeOf: (axis) => {
      const place = joined.findIndex(({ members }) => members.includes(axis))
      return place < 0 ? undefined : place
    },
  }
}

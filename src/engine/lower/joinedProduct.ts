// A product's axes, made few, as joinedAxes.ts does it for loops: a batch of rows is only more rows.

import type { ProductKernel, Store } from './kernel.ts'

/** An axis with its stride in A, in B, and in every other operand of the kernel (by the operand's number). */
export interface JoinedAxis {
  readonly size: number
  readonly a: number
  readonly b: number
  readonly cells: readonly number[]
}

export interface JoinedProduct {
  readonly outer: readonly JoinedAxis[]
  readonly row: JoinedAxis
  readonly column: JoinedAxis
  readonly inner: readonly JoinedAxis[]
  readonly stores: readonly Store[]
  /** The operands besides A and B. The first is C: the target of the first store. */
  readonly others: readonly number[]
}

/** The number of places on joined axes. */
export const joinedSize = (axes: readonly JoinedAxis[]): number => axes.reduce((size, axis) => size * axis.size, 1)

/** The kernel with as few axes as can be: axes of size 1 are gone, and axes that lie as one in every operand are one. */
export function joinProduct(kernel: ProductKernel): JoinedProduct {
  const { operands, stores } = kernel
  const c = stores[0].operand
  const places = [...kernel.outer, kernel.row, kernel.column].map((axis, at) => ({
    size: axis.size,
    a: axis.a,
    b: axis.b,
    cells: operands.map((operand, number) => (number < 2 ? 0 : number === c ? axis.c : operand.strides[at])),
  }))
  const [row, column] = places.slice(-2)
  const outer = places.slice(0, -2).filter((axis) => axis.size > 1)
  const merged = mergeOuter(outer, row, column)
  const inner = mergeInner(
    kernel.inner.filter((axis) => axis.size > 1).map(({ size, a, b }) => ({ size, a, b, cells: [] })),
  )
  const others = [c, ...operands.keys().filter((operand) => operand > 1 && operand !== c)]
  return { ...merged, inner, stores, others }
}

/** True if the two axes, one after the other, are one axis in every operand. */
function mergeable(slow: JoinedAxis, fast: JoinedAxis): boolean {
  const follows = (slowStride: number, fastStride: number) => slowStride === fastStride * fast.size
  return (
    follows(slow.a, fast.a) &&
    follows(slow.b, fast.b) &&
    slow.cells.every((stride, operand) => follows(stride, fast.cells[operand]))
  )
}

/** Outer axes become part of the rows, of the columns or of one another where they can: a batch of rows is only more rows. */
function mergeOuter(
  outer: JoinedAxis[],
  row: JoinedAxis,
  column: JoinedAxis,
): { outer: JoinedAxis[]; row: JoinedAxis; column: JoinedAxis } {
  const grown = (fast: JoinedAxis, slow: JoinedAxis) => ({ ...fast, size: fast.size * slow.size })
  const without = (at: number) => outer.filter((_, other) => other !== at)
  for (const [at, slow] of outer.entries()) {
    // A single row has no strides of its own.
    if (row.size === 1 && slow.b === 0) return mergeOuter(without(at), slow, column)
    if (mergeable(slow, row)) return mergeOuter(without(at), grown(row, slow), column)
    if (mergeable(slow, column)) return mergeOuter(without(at), row, grown(column, slow))
    const fast = outer.findIndex((axis, other) => other !== at && mergeable(slow, axis))
    if (fast >= 0) return mergeOuter(outer.with(fast, grown(outer[fast], slow)).toSpliced(at, 1), row, column)
  }
  return { outer, row, column }
}

/** Neighbouring inner axes become one where they can; their order, and so the order of the sum, stays. */
function mergeInner(inner: readonly JoinedAxis[]): JoinedAxis[] {
  const merged: JoinedAxis[] = []
  for (const fast of inner) {
    const slow = merged.at(-1)
    if (slow && mergeable(slow, fast)) merged.splice(-1, 1, { ...fast, size: slow.size * fast.size })
    else merged.push(fast)
  }
  return merged
}

// How a matrix product is cut up, in plain numbers: axes merged, rows in tiles, columns in panels, inner axes in blocks.
//
// Next to read: product.ts, which chooses a form and lays these pieces out over threads.

import type { ProductKernel, Store } from '../../lower/kernel.ts'

/** How many inner places are summed in registers before the sum is added to C: as many as keep a panel of B in the first-level cache. */
const blockSize = 256

/** An axis with its stride in A, in B, and in every other operand of the kernel (by the operand's number). */
export interface Axis {
  readonly size: number
  readonly a: number
  readonly b: number
  readonly cells: readonly number[]
}

export interface Plan {
  readonly outer: readonly Axis[]
  readonly row: Axis
  readonly column: Axis
  readonly inner: readonly Axis[]
  readonly stores: readonly Store[]
  /** The operands besides A and B. The first is C: the target of the first store. */
  readonly others: readonly number[]
  /** The rows of everything that is read or stored besides A and B end in whole vectors. */
  readonly isPadded: boolean
  /** Bytes of a cell of A and of B: 4, or 2 for a bfloat16. */
  readonly bytesOfA: number
  readonly bytesOfB: number
}

export const sizeOf = (axes: readonly Axis[]): number => axes.reduce((size, axis) => size * axis.size, 1)

/** The kernel with as few axes as can be: axes of size 1 are gone, and axes that lie as one in every operand are one. */
export function planProduct(kernel: ProductKernel): Plan {
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
  const targets = stores.map((store) => store.operand)
  const above = [...merged.outer, merged.row].filter((axis) => axis.size > 1)
  const isPadded =
    others.every((operand) => merged.column.cells[operand] <= 1) &&
    targets.every((operand) => above.every((axis) => axis.cells[operand] % 4 === 0))
  const [bytesOfA, bytesOfB] = operands.map(({ type }) => (type === 'bf16' ? 2 : 4))
  return { ...merged, inner, stores, others, isPadded, bytesOfA, bytesOfB }
}

/** True if the two axes, one after the other, are one axis in every operand. */
function mergeable(slow: Axis, fast: Axis): boolean {
  const follows = (slowStride: number, fastStride: number) => slowStride === fastStride * fast.size
  return (
    follows(slow.a, fast.a) &&
    follows(slow.b, fast.b) &&
    slow.cells.every((stride, operand) => follows(stride, fast.cells[operand]))
  )
}

/** Outer axes become part of the rows, of the columns or of one another where they can: a batch of rows is only more rows. */
function mergeOuter(outer: Axis[], row: Axis, column: Axis): { outer: Axis[]; row: Axis; column: Axis } {
  const grown = (fast: Axis, slow: Axis) => ({ ...fast, size: fast.size * slow.size })
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
function mergeInner(inner: readonly Axis[]): Axis[] {
  const merged: Axis[] = []
  for (const fast of inner) {
    const slow = merged.at(-1)
    if (slow && mergeable(slow, fast)) merged.splice(-1, 1, { ...fast, size: slow.size * fast.size })
    else merged.push(fast)
  }
  return merged
}

/** Rows in tiles that are as equal as can be: first `tall` tiles of `rows` rows, then the others with one row less. */
export interface Tiles {
  readonly count: number
  readonly rows: number
  readonly tall: number
}

export function tilesOf(size: number, most: number): Tiles {
  const count = Math.ceil(size / most)
  const rows = Math.ceil(size / count)
  return { count, rows, tall: size - count * (rows - 1) }
}

/** Columns in panels of so many vectors; what is left over makes a last panel, which has `rest` columns. */
export interface Panels {
  readonly count: number
  readonly vectors: number
  readonly whole: number
  readonly rest: number
}

export function panelsOf(size: number, vectors: number): Panels {
  const whole = Math.floor(size / (vectors * 4))
  const rest = size - whole * vectors * 4
  return { count: whole + (rest > 0 ? 1 : 0), vectors, whole, rest }
}

/** The inner axes in blocks. */
export interface Blocks {
  /** The loops over one block, the slowest first. The first runs `count` times, which depends on the block. */
  readonly loops: readonly Axis[]
  /** How many inner places one round of the first loop takes: the size of the others. */
  readonly round: number
  /** Where each block begins in A and B, in cells. */
  readonly list: readonly { readonly a: number; readonly b: number; readonly count: number }[]
}

export function blocksOf(inner: readonly Axis[]): Blocks {
  // The last axes lie in a block whole, as many as fit; the one before them is cut; the blocks run over those before that.
  let cut = Math.max(0, inner.length - 1)
  let round = 1
  while (cut > 0 && round * inner[cut].size <= blockSize) round *= inner[cut--].size
  const first = inner[cut] ?? { size: 1, a: 0, b: 0, cells: [] }
  const pieces = Math.ceil(first.size / Math.max(1, Math.floor(blockSize / round)))
  const even = Math.ceil(first.size / pieces)
  // Whole vectors of inner places, so that packing can transpose.
  const count = round === 1 ? Math.ceil(even / 4) * 4 : even
  let starts = [{ a: 0, b: 0 }]
  for (const axis of inner.slice(0, cut)) {
    starts = starts.flatMap((start) =>
      Array.from({ length: axis.size }, (_, i) => ({ a: start.a + i * axis.a, b: start.b + i * axis.b })),
    )
  }
  const list = starts.flatMap((start) =>
    Array.from({ length: Math.ceil(first.size / count) }, (_, i) => ({
      a: start.a + i * count * first.a,
      b: start.b + i * count * first.b,
      count: Math.min(count, first.size - i * count),
    })),
  )
  return { loops: [first, ...inner.slice(cut + 1)], round, list }
}

/** How many inner places the largest block has. */
export const longest = ({ list, round }: Blocks): number => Math.max(...list.map((block) => block.count)) * round

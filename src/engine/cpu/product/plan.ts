// How a matrix product is cut up, in plain numbers: rows in tiles, columns in panels, inner axes in blocks.
//
// Next to read: product.ts, which chooses a form and lays these pieces out over threads.

import { type JoinedAxis, type JoinedProduct, joinProduct } from '../../lower/joinedProduct.ts'
import type { ProductKernel } from '../../lower/kernel.ts'

/** So many inner places are summed in registers before the sum is added to C: as many as keep a panel of B in the first-level cache. */
export const blockSize = 256

/** The places at which a thread reads the B of a product of few rows in turns, so that others are under way where a page ends; a power of two. */
export const streamsAtOnce = 4

/** A product with its axes joined, and how its cells lie. */
export interface ProductPlan extends JoinedProduct {
  /** The rows of everything that is read or stored besides A and B end in whole vectors. */
  readonly isPadded: boolean
  /** Bytes of a cell of A and of B: 4, or 2 for a bfloat16. */
  readonly bytesOfA: number
  readonly bytesOfB: number
}

/** The kernel with as few axes as can be, and how its cells lie. */
export function planProduct(kernel: ProductKernel): ProductPlan {
  const product = joinProduct(kernel)
  const { outer, row, column, others, stores } = product
  const above = [...outer, row].filter((axis) => axis.size > 1)
  const isPadded =
    others.every((operand) => column.cells[operand] <= 1) &&
    stores.every(({ operand }) => above.every((axis) => axis.cells[operand] % 4 === 0))
  const [bytesOfA, bytesOfB] = kernel.operands.map(({ type }) => (type === 'bf16' ? 2 : 4))
  return { ...product, isPadded, bytesOfA, bytesOfB }
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
  readonly loops: readonly JoinedAxis[]
  /** The number of inner places that one round of the first loop takes: the size of the others. */
  readonly round: number
  /** Where each block begins in A and B, in cells. */
  readonly list: readonly { readonly a: number; readonly b: number; readonly count: number }[]
}

export function blocksOf(inner: readonly JoinedAxis[]): Blocks {
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
  const list = starts.flatMap((start) => cutAxis(first, count, start))
  return { loops: [first, ...inner.slice(cut + 1)], round, list }
}

/** An inner axis in blocks of so many places; `start`: where its first place is in A and B, in cells. */
export const cutAxis = (axis: JoinedAxis, count: number, start = { a: 0, b: 0 }): Blocks['list'] =>
  Array.from({ length: Math.ceil(axis.size / count) }, (_, i) => ({
    a: start.a + i * count * axis.a,
    b: start.b + i * count * axis.b,
    count: Math.min(count, axis.size - i * count),
  }))

/** The number of inner places of the largest block. */
export const longest = ({ list, round }: Blocks): number => Math.max(...list.map((block) => block.count)) * round

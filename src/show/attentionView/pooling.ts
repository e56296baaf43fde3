// Heads made small: of every square of cells the largest amount stays. A mean would hide the thin lines that heads are made of.

import type { AttentionRegion, AttentionThumbnails } from './data.ts'

/** Thumbnails have at most so many rows and columns. */
const thumbnailSide = 64

/** The size of a matrix. */
export interface MatrixSize {
  readonly rows: number
  readonly columns: number
}

/** The size that is left of a matrix whose squares of `step` cells become one. */
export const pooledSize = ({ rows, columns }: MatrixSize, step: number): MatrixSize => ({
  rows: Math.ceil(rows / step),
  columns: Math.ceil(columns / step),
})

/** The least power of two by which both sides of a matrix become at most `most`. */
export function stepFor({ rows, columns }: MatrixSize, most: number): number {
  let step = 1
  while (Math.max(rows, columns) > step * most) step *= 2
  return step
}

/** The number that is farthest from 0 of each square of a region, with its sign; NaN only where all of a square is masked. */
export function pooledCells(
  values: Float32Array,
  columns: number,
  { row, column, step, ...region }: AttentionRegion,
): Float32Array {
  const size = pooledSize(region, step)
  const small = new Float32Array(size.rows * size.columns)
  if (step === 1) {
    for (let y = 0; y < region.rows; y++) {
      const start = (row + y) * columns + column
      small.set(values.subarray(start, start + region.columns), y * region.columns)
    }
    return small
  }
  small.fill(Number.NaN)
  for (let y = 0; y < region.rows; y++) {
    const from = (row + y) * columns + column
    let to = Math.floor(y / step) * size.columns
    for (let x = 0; x < region.columns; to++) {
      let most = small[to]
      for (const end = Math.min(x + step, region.columns); x < end; x++) {
        const value = values[from + x]
        // True also where nothing was there before, but not for a masked cell.
        if (isSeen(value) && !(Math.abs(most) >= Math.abs(value))) most = value
      }
      small[to] = most
    }
  }
  return small
}

/** The thumbnails of heads, given in the order of their layers, each [position, source]. One head at a time is held. */
export async function thumbnailsOf(
  heads: Iterable<Float32Array> | AsyncIterable<Float32Array>,
  size: MatrixSize,
): Promise<AttentionThumbnails> {
  const step = stepFor(size, thumbnailSide)
  const small = pooledSize(size, step)
  const all: Float32Array[] = []
  for await (const values of heads) all.push(pooledCells(values, size.columns, { row: 0, column: 0, ...size, step }))
  const most = largest(all)
  const cells = small.rows * small.columns
  const bytes = new Uint8Array(all.length * cells)
  all.forEach((values, i) => {
    bytes.set(byteForms(values, most), i * cells)
  })
  return { bytes, ...small, most }
}

/** True for a cell whose position may see its source. A score before softmax is -∞ where it may not. */
export const isSeen = (value: number): boolean => Math.abs(value) < Number.POSITIVE_INFINITY

/** The largest amount in some lists of numbers. */
export function largest(lists: Iterable<ArrayLike<number>>): number {
  let most = 0
  for (const values of lists)
    for (let i = 0; i < values.length; i++) if (isSeen(values[i])) most = Math.max(most, Math.abs(values[i]))
  return most
}

/** Numbers as bytes: roots of their shares of `most`, so that small ones are told apart. */
export function byteForms(values: Float32Array, most: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(values, (value) =>
    !isSeen(value)
      ? 0
      : 128 + Math.sign(value) * Math.round(127 * Math.sqrt(Math.min(1, Math.abs(value) / (most || 1)))),
  )
}

/** The numbers that bytes stand for. */
export function fromBytes(bytes: Uint8Array, most: number): Float32Array {
  const table = Float32Array.from({ length: 256 }, (_, byte) =>
    byte === 0 ? Number.NaN : (most * (byte - 128) * Math.abs(byte - 128)) / 127 ** 2,
  )
  // `from` with a function takes some fifty times as long.
  const values = new Float32Array(bytes.length)
  for (let i = 0; i < bytes.length; i++) values[i] = table[bytes[i]]
  return values
}

// A tensor in pieces: stretches of a file that are short enough to be held, and where in memory the numbers of each belong.
//
// A piece is a run of the file's numbers without gaps. It is cut along the tensor's first axis, or, where one step of that
// is too long already, along the next. Weights that are stacked side by side share the pieces that cut through all of them.

import type { Loop } from '../engine/lower/collapse.ts'
import { count, simplest } from './rearrange.ts'
import type { PartPlan, TensorPlan } from './weightTable.ts'

export interface Piece {
  /** Where in the tensor it begins, and how long it is: in numbers. */
  readonly begin: number
  readonly count: number
  readonly parts: readonly PiecePart[]
}

/** What a piece holds of one weight. */
export interface PiecePart {
  readonly path: string
  /** The strides of each: [in the file, in memory]. */
  readonly loops: readonly Loop[]
  /** Where its first number lies in the piece, and in the weight's memory. */
  readonly from: number
  readonly to: number
}

/**
 * Cuts a tensor into pieces, in the order of the file.
 *
 * - `loopsOf`: for every weight of the tensor a loop for each axis, in the file's order
 * - `most`: how many numbers a piece may have
 */
export function* piecesOf(
  { shape, parts }: TensorPlan,
  loopsOf: (part: PartPlan) => readonly Loop[],
  most: number,
): Generator<Piece> {
  const whole = parts.map((part) => ({
    path: part.path,
    loops: loopsOf(part).filter(({ size }) => size !== 1),
    from: part.from,
    to: 0,
  }))
  yield* cut({ begin: 0, count: count(shape), parts: whole }, most)
}

/** Here a part's `from` still counts from the tensor's beginning. */
function* cut(region: Piece, most: number): Generator<Piece> {
  const { begin, count, parts } = region
  const [first] = parts[0].loops
  if (count <= most || first === undefined) {
    yield {
      begin,
      count,
      parts: parts.map((part) => ({ ...part, from: part.from - begin, loops: simplest(part.loops) })),
    }
    return
  }
  const isCommon = parts.every(({ loops: [own] }) => own?.size === first.size && own.strides[0] * own.size === count)
  if (!isCommon) {
    for (const part of parts) yield* cut({ begin: part.from, count: cells(part.loops), parts: [part] }, most)
    return
  }
  const row = count / first.size
  const step = Math.max(1, Math.floor(most / row))
  for (let i = 0; i < first.size; i += step) {
    const size = Math.min(step, first.size - i)
    const rows = parts.map(({ path, loops: [own, ...inner], from, to }) => ({
      path,
      loops: size === 1 ? inner : [{ ...own, size }, ...inner],
      from: from + i * own.strides[0],
      to: to + i * own.strides[1],
    }))
    yield* cut({ begin: begin + i * row, count: size * row, parts: rows }, most)
  }
}

const cells = (loops: readonly Loop[]): number => count(loops.map(({ size }) => size))

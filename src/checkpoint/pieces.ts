// A tensor in pieces: stretches of a file that are short enough to be held, and which cells of which weights each holds.
//
// A piece is a run of the file's numbers without gaps. It is cut along the tensor's first axis, or, where one step of that
// is too long already, along the next. So what it holds of a weight is a box of its cells. Weights that are stacked side by
// side share the pieces that cut through all of them.

import type { Box } from '../engine/lent.ts'
import type { Loop } from '../engine/lower/collapse.ts'
import { cellCount, simplest, type WeightAxes } from './rearrange.ts'
import type { TensorPlan } from './weightTable.ts'

export interface TensorPiece {
  /** Where in the tensor it begins, and how long it is: in numbers. */
  readonly begin: number
  readonly count: number
  readonly parts: readonly PiecePart[]
}

/** The part of one weight that a piece holds. */
export interface PiecePart {
  readonly path: string
  /** Where its first number lies in the piece. */
  readonly from: number
  /** The weight's axes, in the file's order. */
  readonly axes: readonly PieceAxis[]
}

/** The places of an axis that a piece holds, and the distance of two neighbours in the file. */
interface PieceAxis {
  readonly name: string
  readonly from: number
  readonly size: number
  readonly stride: number
}

/**
 * Cuts a tensor into pieces, in the order of the file.
 *
 * - `sizes`: the axes and sizes of each of the model's parameters, by path
 * - `most`: the number of numbers that a piece may have
 */
export function* piecesOf(
  { shape, parts }: TensorPlan,
  sizes: ReadonlyMap<string, WeightAxes>,
  most: number,
): Generator<TensorPiece> {
  const whole = parts.map(({ path, order, strides, from }): PiecePart => {
    const own = sizes.get(path) ?? {}
    return { path, from, axes: order.map((name, i) => ({ name, from: 0, size: own[name], stride: strides[i] })) }
  })
  yield* cut({ begin: 0, count: cellCount(shape), parts: whole }, most)
}

/** Here a part's `from` still counts from the tensor's beginning. */
function* cut(region: TensorPiece, most: number): Generator<TensorPiece> {
  const { begin, count, parts } = region
  const first = firstOf(parts[0])
  if (count <= most || first === undefined) {
    yield { begin, count, parts: parts.map((part) => ({ ...part, from: part.from - begin })) }
    return
  }
  const isCommon = parts.every((part) => {
    const own = firstOf(part)
    return own?.size === first.size && own.stride * own.size === count
  })
  if (!isCommon) {
    for (const part of parts) yield* cut({ begin: part.from, count: cells(part), parts: [part] }, most)
    return
  }
  const row = count / first.size
  const step = Math.max(1, Math.floor(most / row))
  for (let i = 0; i < first.size; i += step) {
    const size = Math.min(step, first.size - i)
    const rows = parts.map((part) => rowsOf(part, i, size))
    yield* cut({ begin: begin + i * row, count: size * row, parts: rows }, most)
  }
}

/** The axis along which a part is cut next. */
const firstOf = ({ axes }: PiecePart): PieceAxis | undefined => axes.find(({ size }) => size > 1)

/** So many places of a part along that axis. */
function rowsOf(part: PiecePart, begin: number, size: number): PiecePart {
  const first = firstOf(part)
  const axes = part.axes.map((axis) => (axis === first ? { ...axis, from: axis.from + begin, size } : axis))
  return { path: part.path, from: part.from + begin * (first?.stride ?? 0), axes }
}

const cells = ({ axes }: PiecePart): number => cellCount(axes.map(({ size }) => size))

/** The cells of its weight that a piece holds. `order`: the weight's own axes, in their order. */
export function boxIn({ axes }: PiecePart, order: readonly string[]): Box {
  const own = order.map((name) => axes.find((axis) => axis.name === name))
  return { from: own.map((axis) => axis?.from ?? 0), sizes: own.map((axis) => axis?.size ?? 1) }
}

/**
 * The loops over what a piece holds of a weight: the strides of each are [in the file, in memory].
 *
 * - `order`: the weight's own axes, and how far apart neighbours on each lie in memory
 */
export function loopsIn({ axes }: PiecePart, order: readonly string[], strides: readonly number[]): readonly Loop[] {
  return simplest(axes.map(({ name, size, stride }) => ({ size, strides: [stride, strides[order.indexOf(name)]] })))
}

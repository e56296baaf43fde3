// Dynamic time warping: the cheapest way through a table of costs, from its first cell to its last, by steps down, to the right, or both.
//
//   total(i, j) = cost(i, j) + min(total(i−1, j−1), total(i−1, j), total(i, j−1))
//
// So two sounds are compared that are not equally fast, and the tokens of a text find their times in a recording. Sakoe and Chiba 1978.

import type { MelFrames } from './logMel.ts'

export interface TimeWarp {
  /** The sum of the costs along the way. */
  readonly cost: number
  /** The cells along the way. */
  readonly rows: Int32Array
  readonly columns: Int32Array
}

/**
 * The cheapest way through costs (row, column). Where ways are equally cheap, that to the right is taken, as Whisper takes it.
 *
 * Throws for costs that are no table of so many columns.
 */
export function timeWarp(costs: ArrayLike<number>, columns: number): TimeWarp {
  const rows = costs.length / columns
  if (!Number.isInteger(rows) || rows < 1)
    throw new Error(`timeWarp: ${costs.length} costs are no table of ${columns} columns. Give one with a row at least.`)
  const width = columns + 1
  const total = new Float64Array((rows + 1) * width).fill(Infinity)
  const from = new Uint8Array(rows * columns)
  total[0] = 0
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = row * width + column
      const [both, down, right] = [total[at], total[at + 1], total[at + width]]
      const step = both < down && both < right ? diagonal : down < both && down < right ? below : beside
      from[row * columns + column] = step
      total[at + width + 1] = costs[row * columns + column] + (step === diagonal ? both : step === below ? down : right)
    }
  return { cost: total[total.length - 1], ...wayTo(rows - 1, columns - 1, from, columns) }
}

const [diagonal, below, beside] = [0, 1, 2]

function wayTo(lastRow: number, lastColumn: number, from: Uint8Array, width: number): Omit<TimeWarp, 'cost'> {
  const [rows, columns]: [number[], number[]] = [[], []]
  let [row, column] = [lastRow, lastColumn]
  while (row >= 0 && column >= 0) {
    rows.push(row)
    columns.push(column)
    // At the edges there is one way only.
    const step = row === 0 ? beside : column === 0 ? below : from[row * width + column]
    if (row === 0 && column === 0) break
    if (step !== beside) row--
    if (step !== below) column--
  }
  return { rows: Int32Array.from(rows.toReversed()), columns: Int32Array.from(columns.toReversed()) }
}

/**
 * The distance of two sounds, however fast each is: squared differences of frames along the cheapest way, for each frame of either.
 *
 * Throws for frames of different numbers of mels.
 */
export function warpedDistance(one: MelFrames, other: MelFrames): number {
  const { mels } = one
  if (mels !== other.mels)
    throw new Error(`timeWarp: frames of ${mels} and of ${other.mels} mels cannot be compared. Make both alike.`)
  const costs = new Float64Array(one.frames * other.frames)
  for (let i = 0, cell = 0; i < one.frames; i++)
    for (let j = 0; j < other.frames; j++, cell++)
      for (let mel = 0; mel < mels; mel++) costs[cell] += (one.data[i * mels + mel] - other.data[j * mels + mel]) ** 2
  return timeWarp(costs, other.frames).cost / (one.frames + other.frames)
}

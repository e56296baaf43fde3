// Rows of parameters that change places, in memory of the host.

import { asBits } from './boxes.ts'
import type { RowsOf } from './engine.ts'
import type { HostMemory } from './hostMemory.ts'
import { called, checkParameter, type Lent } from './lent.ts'
import { rowCopies, spare } from './rowCopies.ts'

/** Makes row i of `to` what row `rows[i]` of `from` was, as far as `length` places go; as `Engine.copyRows` says. */
export function copyRows(memory: HostMemory, { from, to }: RowsOf, rows: ArrayLike<number>, length: number): void {
  checkParameter('copyRows', from)
  checkParameter('copyRows', to)
  checkRows({ from, to }, rows, length)
  // Asked for before it is looked at: to set one of them aside may move the other.
  memory.of(to)
  const [source, target] = [memory.of(from), memory.of(to)]
  if (source.type !== target.type)
    throw new Error(
      `copyRows: ${called(from)} is kept as ${source.type}, but ${called(to)} as ${target.type}; keep both alike.`,
    )
  if (from === to) reorder(target, rows, length)
  else copyAcross(source, target, rows, length)
}

/** Throws unless there are such rows on both sides, and they are alike. */
function checkRows({ from, to }: RowsOf, rows: ArrayLike<number>, length: number): void {
  const [[, ...source], [, ...target]] = [from.axes, to.axes]
  const isAlike = source.length >= 1 && source.length === target.length
  if (!isAlike || source.some(({ size }, i) => i > 0 && size !== target[i].size))
    throw new Error(
      `copyRows: a row of ${called(from)} cannot become one of ${called(to)}. Both need two axes or more, and equal ones from the third on.`,
    )
  const [count, known] = [to.axes[0].size, from.axes[0].size]
  if (rows.length !== count)
    throw new Error(
      `copyRows: ${called(to)} has ${count} rows, but ${rows.length} are given; say of each what it becomes.`,
    )
  for (let row = 0; row < count; row++)
    if (!(Number.isInteger(rows[row]) && rows[row] >= 0 && rows[row] < known))
      throw new Error(
        `copyRows: row ${row} is to become what row ${rows[row]} is, but ${called(from)} has the rows 0..${known - 1}.`,
      )
  const most = Math.min(source[0].size, target[0].size)
  if (!(Number.isInteger(length) && length >= 0 && length <= most))
    throw new Error(
      `copyRows: ${length} places of each row are to be copied, but rows of ${called(from)} and ${called(to)} have ${most} in common.`,
    )
}

function copyAcross(from: Lent, to: Lent, rows: ArrayLike<number>, length: number): void {
  const [source, target] = [asBits(from), asBits(to)]
  for (let row = 0; row < rows.length; row++) {
    const begin = rows[row] * from.strides[0]
    target.set(source.subarray(begin, begin + length * from.strides[1]), row * to.strides[0])
  }
}

/** Within the same memory: nothing is copied that stays where it is. */
function reorder(whole: Lent, rows: ArrayLike<number>, places: number): void {
  const data = asBits(whole)
  const [row, place] = whole.strides
  const length = places * place
  let kept = data
  for (const { from, to } of rowCopies(rows))
    if (to === spare) kept = data.slice(from * row, from * row + length)
    else if (from === spare) data.set(kept, to * row)
    else data.copyWithin(to * row, from * row, from * row + length)
}

// Numbers into the arena and out of it: row by row, since memory pads them.

import { type Axis, cells } from '../../../tensor/axes.ts'
import { forStretches } from '../../lent.ts'
import { fromBfloat16 } from '../../storage.ts'
import { bytes, padded, strides } from '../target.ts'
import type { Arena } from './arena.ts'

export function copyIn(arena: Arena, address: number, axes: readonly Axis[], values: number | ArrayLike<number>): void {
  const { memory, rows, size, row } = rowsAt(arena, address, axes)
  if (typeof values === 'number') memory[0] = values
  else if (row === size) memory.set(values)
  else for (let r = 0; r < rows; r++) for (let i = 0; i < size; i++) memory[r * row + i] = values[r * size + i]
}

export function copyOut(arena: Arena, address: number, axes: readonly Axis[], values: Float32Array): void {
  const { memory, rows, size, row } = rowsAt(arena, address, axes)
  if (row === size) values.set(memory)
  else for (let r = 0; r < rows; r++) for (let i = 0; i < size; i++) values[r * size + i] = memory[r * row + i]
}

/** As `copyOut`, for what is kept as bf16. */
export function widenOut(arena: Arena, address: number, axes: readonly Axis[], values: Float32Array): void {
  const halves = new Uint16Array(arena.memory.buffer, address, bytes(axes, 1))
  const sizes = axes.map(({ size }) => size)
  forStretches(sizes, strides(axes), (from, to, size) => {
    for (let i = 0; i < size; i++) values[to + i] = fromBfloat16(halves[from + i])
  })
}

function rowsAt(
  arena: Arena,
  address: number,
  axes: readonly Axis[],
): { memory: Float32Array; rows: number; size: number; row: number } {
  const size = axes.at(-1)?.size ?? 1
  const rows = cells(axes) / size
  const row = rows === 1 ? size : padded(size)
  return { memory: arena.floats(address, rows * row), rows, size, row }
}

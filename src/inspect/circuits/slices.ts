// The weights of single heads, cut out of a projection that has all of them.

import type { Values } from '../../engine/engine.ts'
import { denseStrides } from '../../tensor/axes.ts'
import { type Matrix, zeros } from './matrix.ts'

/** The matrices that a value has along two of its axes, one for each place on the others, in the order of these: `head`, then `group`. */
export function slices({ axes, data }: Values, row: string, column: string): Matrix[] {
  const strides = denseStrides(axes.map(({ size }) => size))
  const along = (name: string) => {
    const i = axes.findIndex((axis) => axis.name === name)
    return i < 0 ? { size: 1, stride: 0 } : { size: axes[i].size, stride: strides[i] }
  }
  const [rows, columns] = [along(row), along(column)]
  return startsOf(axes, [row, column]).map((start) => {
    const matrix = zeros(rows.size, columns.size)
    for (let i = 0; i < rows.size; i++)
      for (let j = 0; j < columns.size; j++)
        matrix.data[i * columns.size + j] = data[start + i * rows.stride + j * columns.stride]
    return matrix
  })
}

/** Where each place on the axes but `without` begins, `head` before `group`. */
function startsOf(axes: Values['axes'], without: readonly string[]): number[] {
  const strides = denseStrides(axes.map(({ size }) => size))
  const others = ['head', 'group'].flatMap((name) => {
    const i = without.includes(name) ? -1 : axes.findIndex((axis) => axis.name === name)
    return i < 0 ? [] : [{ size: axes[i].size, stride: strides[i] }]
  })
  return others.reduce<number[]>(
    (starts, { size, stride }) =>
      starts.flatMap((start) => Array.from({ length: size }, (_, place) => start + place * stride)),
    [0],
  )
}

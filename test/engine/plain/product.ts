// Matrix products by plain loops in double precision.

import assert from 'node:assert/strict'
import type { ProductKernel } from '../../../src/engine/lower/kernel.ts'
import { type Cells, forPlaces, offsetOf, offsetsOf } from './places.ts'
import { Around } from './values.ts'

export function plainProduct({
  outer,
  row,
  column,
  inner,
  operands,
  stores,
}: ProductKernel): (operands: readonly Cells[]) => void {
  assert.ok(column.c === 1 || column.size === 1, 'the columns are contiguous in the result')
  const axes = [...outer, row, column]
  const sizes = axes.map(({ size }) => size)
  const along = (side: 'a' | 'b'): { outer: number[]; inner: number[] } => ({
    outer: axes.map((axis) => axis[side]),
    inner: offsetsOf(
      inner.map(({ size }) => size),
      inner.map((axis) => axis[side]),
    ),
  })
  const [ofA, ofB] = [along('a'), along('b')]
  const around = new Around(operands, axes.length)
  const written = stores.map(({ operand, value }) => ({ operand, value: around.of(value) }))
  return (cells) => {
    around.cells = cells
    const everywhere = sizes.map(() => true)
    forPlaces(around.place, sizes, everywhere, () => {
      const [a, b] = [offsetOf(around.place, ofA.outer), offsetOf(around.place, ofB.outer)]
      let sum = 0
      for (let i = 0; i < ofA.inner.length; i++) sum += cells[0][a + ofA.inner[i]] * cells[1][b + ofB.inner[i]]
      around.product = sum
      around.count++
      const results = written.map(({ value }) => value())
      written.forEach(({ operand }, i) => {
        cells[operand][around.address(operand)] = results[i]
      })
    })
  }
}

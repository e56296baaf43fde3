// Kernels along rows and down columns, by plain loops in double precision.
//
// The reductions of a row (of a column's place) come first, those that others need before these; then, cell by cell, all
// values are computed before any of them is stored.

import type { ColumnsKernel, RowsKernel } from '../../../src/engine/lower/kernel.ts'
import { allValues } from '../../../src/engine/lower/values.ts'
import { type Cells, forPlaces } from './places.ts'
import { Around } from './values.ts'

export function plainLoops(kernel: RowsKernel | ColumnsKernel): (operands: readonly Cells[]) => void {
  const { axes, stores } = kernel
  const isRows = kernel.kind === 'rows'
  const last = axes.length - 1
  const isReduced = axes.map((_, axis) => (isRows ? axis === last : axis >= kernel.outer && axis < last))
  const isKept = isReduced.map((is) => !is)
  const around = new Around(kernel.operands, axes.length)
  const written = stores.map(({ operand, value }) => ({ operand, value: around.of(value) }))
  const isOfRow = ({ operand }: { readonly operand: number }): boolean => kernel.operands[operand].strides[last] === 0
  const [ofCells, ofRows] = isRows
    ? [written.filter((store) => !isOfRow(store)), written.filter(isOfRow)]
    : [[], written]
  const reductions = allValues(stores.map(({ value }) => value))
    .filter((value) => value.kind === 'reduce')
    .map((value) => ({ value, term: around.of(value.input), isSum: value.operation === 'sum' }))

  const reduce = (): void => {
    for (const { value, term, isSum } of reductions) {
      let result = isSum ? 0 : -Infinity
      forPlaces(around.place, axes, isReduced, () => {
        around.count++
        result = isSum ? result + term() : Math.max(result, term())
      })
      around.reduced.set(value, result)
    }
  }
  const store = (all: typeof written): void => {
    around.count++
    const results = all.map(({ value }) => value())
    all.forEach(({ operand }, i) => {
      around.cells[operand][around.address(operand)] = results[i]
    })
  }
  return (operands) => {
    around.cells = operands
    forPlaces(around.place, axes, isKept, () => {
      reduce()
      if (ofCells.length > 0) forPlaces(around.place, axes, isReduced, () => store(ofCells))
      isReduced.forEach((is, axis) => {
        if (is) around.place[axis] = 0
      })
      if (ofRows.length > 0) store(ofRows)
    })
  }
}

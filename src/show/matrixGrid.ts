// A value as a matrix: which axes are its rows and which its columns, and where in the numbers each cell stands.

import type { AxisPlaces } from '../tensor/address.ts'
import { type Axis, cells, denseStrides, placesOfCell } from '../tensor/axes.ts'

export interface MatrixGrid {
  readonly axes: readonly Axis[]
  readonly data: ArrayLike<number>
  readonly rowAxes: readonly Axis[]
  readonly columnAxes: readonly Axis[]
  readonly rows: number
  readonly columns: number
}

/** - `rowNames`: the axes that are rows; without them the first axis, of several; of pictures all but "across" */
export function matrixGrid(
  { axes, data }: Pick<MatrixGrid, 'axes' | 'data'>,
  rowNames?: readonly string[],
): MatrixGrid {
  const isPicture = axes.at(-1)?.name === 'across'
  const usual = axes.slice(0, isPicture ? -1 : 1)
  const names = rowNames ?? (axes.length > 1 ? usual.map(({ name }) => name) : [])
  const rowAxes = axes.filter(({ name }) => names.includes(name))
  const columnAxes = axes.filter(({ name }) => !names.includes(name))
  return { axes, data, rowAxes, columnAxes, rows: cells(rowAxes), columns: cells(columnAxes) }
}

/** The number in a row and a column. */
export function valueInGrid(grid: MatrixGrid): (row: number, column: number) => number {
  const { axes, data } = grid
  const strides = denseStrides(axes.map(({ size }) => size))
  const offsets = (group: readonly Axis[]): Int32Array => {
    const own = group.map(({ name }) => strides[axes.findIndex((axis) => axis.name === name)])
    return Int32Array.from({ length: cells(group) }, (_, cell) =>
      placesOfCell(group, cell).reduce((sum, place, i) => sum + place * own[i], 0),
    )
  }
  const [rows, columns] = [offsets(grid.rowAxes), offsets(grid.columnAxes)]
  return (row, column) => data[rows[row] + columns[column]]
}

/** The places of the cell in a row and a column. */
export function placesInGrid({ rowAxes, columnAxes }: MatrixGrid, row: number, column: number): AxisPlaces {
  const named = (group: readonly Axis[], cell: number): [string, number][] =>
    placesOfCell(group, cell).map((place, i) => [group[i].name, place])
  return Object.fromEntries([...named(rowAxes, row), ...named(columnAxes, column)])
}

/** The row and the column of places; 0 along axes on which none is said. */
export function cellInGrid(
  { rowAxes, columnAxes }: MatrixGrid,
  at: AxisPlaces,
): { readonly row: number; readonly column: number } {
  const along = (group: readonly Axis[]): number =>
    group.reduce((cell, { name, size }) => cell * size + Math.min(at[name] ?? 0, size - 1), 0)
  return { row: along(rowAxes), column: along(columnAxes) }
}

/** `position 17 × head·key 64` */
export const gridSizesText = ({ rowAxes, columnAxes }: MatrixGrid): string =>
  [rowAxes, columnAxes]
    .filter((group) => group.length > 0)
    .map((group) => `${group.map(({ name }) => name).join('·')} ${cells(group)}`)
    .join(' × ')

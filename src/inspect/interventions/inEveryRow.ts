// One example in every row of a batch.

import { givenOf, type InputValues } from '../../model/inputValues.ts'
import type { Axis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { expand, input } from '../../tensor/primitives.ts'

/** The inputs of a batch whose rows are all one example. */
export function inEveryRow(inputs: InputValues, rows: number): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(givenOf(inputs)).map(([name, values]) => {
      const row = Array.from(values)
      return [name, Array.from({ length: rows }, () => row).flat()]
    }),
  )
}

/** A value with these axes that is one example's in every row: an input without "batch". */
export const valueInEveryRow = (name: string, axes: readonly Axis[]): Node =>
  expand(input(name, sizesOf(withoutRows(axes))), axes)

/** The axes of one example. */
export const withoutRows = (axes: readonly Axis[]): readonly Axis[] => axes.filter(({ name }) => name !== 'batch')

/** The sizes of axes, by name. */
export const sizesOf = (axes: readonly Axis[]): Record<string, number> =>
  Object.fromEntries(axes.map(({ name, size }) => [name, size]))

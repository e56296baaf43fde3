// One example in every row of a batch.

import { givenOf, type InputValues } from '../../model/inputValues.ts'

/** The inputs of a batch whose rows are all one example. */
export function inEveryRow(inputs: InputValues, rows: number): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(givenOf(inputs)).map(([name, values]) => {
      const row = Array.from(values)
      return [name, Array.from({ length: rows }, () => row).flat()]
    }),
  )
}

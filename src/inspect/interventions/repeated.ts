// One example in every row of a batch.

import { givenOf, type InputValues } from '../../model/reads.ts'

/** What each row of a batch is given: one example's values, so many times. */
export function repeated(inputs: InputValues, rows: number): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(givenOf(inputs)).map(([name, values]) => {
      const row = Array.from(values)
      return [name, Array.from({ length: rows }, () => row).flat()]
    }),
  )
}

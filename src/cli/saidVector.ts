// The vector of the only text or picture that was given, as it is printed: there is none beside it that it could be near to.

import { count } from '../show/amounts.ts'
import { wrapped } from '../show/lines.ts'
import type { Terminal } from './terminal.ts'

/** So many numbers are shown. */
const shown = 8

/** Prints how long a vector is, and how it begins. */
export function printVector(
  vector: Float32Array,
  { print, note, width }: Pick<Terminal, 'print' | 'note' | 'width'>,
): void {
  const begins = Array.from(vector.subarray(0, shown), (each) => each.toFixed(4)).join(' ')
  const more = vector.length > shown ? ' …' : ''
  const all = `${count(vector.length, 'number')}, as a vector ${Math.hypot(...vector).toFixed(3)} long: ${begins}${more}`
  print(wrapped(`  ${all}`, width, '  ').join('\n'))
  note('It is alone: give others too, to see how near they are. --json prints all numbers, --save FILE keeps them.')
}

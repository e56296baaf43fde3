// The nearest of some vectors, as they are printed: a line for each, with how near it is.

import type { Similar } from '../encode/neighbours.ts'
import type { Terminal } from './terminal.ts'

/** Prints the nearest. `names`: those of all vectors. */
export function printSimilar(
  nearest: readonly Similar[],
  names: readonly string[],
  { print, colours }: Pick<Terminal, 'print' | 'colours'>,
): void {
  for (const { index, similarity } of nearest) print(`  ${colours.cyan(similarity.toFixed(3))}  ${names[index]}`)
}

// Leaving out what is too long: a model has so many positions, and a few long examples cost a shape of their own.

import { type Examples, type Lengths, lengthsOf } from './examples.ts'

/**
 * The examples that are not too long, and how many are.
 *
 * - `longest`: the most that an example may have on an axis: `{ source: 64, position: 64 }`
 *
 * Throws when none is left, and for an axis that the examples do not have.
 */
export function withinLengths(examples: Examples, longest: Lengths): Examples & { readonly leftOut: number } {
  const of = lengthsOf(examples)
  const axes = Object.keys(examples.count > 0 ? of(0) : {})
  const unknown = Object.keys(longest).find((axis) => !axes.includes(axis))
  if (unknown !== undefined)
    throw new Error(`batches: no axis "${unknown}" in (${axes.join(', ')}). Limit one of these.`)
  const fits = (lengths: Lengths): boolean => axes.every((axis) => lengths[axis] <= (longest[axis] ?? lengths[axis]))
  const limits = Object.entries(longest).map(([axis, size]) => `${axis} ${size}`)
  const none = (): never => {
    throw new Error(
      `batches: all ${examples.count} examples are longer than ${limits.join(', ')}. Give a model with more positions, or shorter texts.`,
    )
  }
  // What is all alike fits or does not; there may be billions of it.
  if (typeof examples.lengths !== 'function') return fits(examples.lengths) ? { ...examples, leftOut: 0 } : none()
  const kept: number[] = []
  for (let example = 0; example < examples.count; example++) if (fits(of(example))) kept.push(example)
  if (kept.length === 0) return none()
  return {
    ...examples,
    count: kept.length,
    lengths: (example) => of(kept[example]),
    row: (example, epoch) => examples.row(kept[example], epoch),
    leftOut: examples.count - kept.length,
  }
}

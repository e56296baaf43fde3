// Splitting: a part of the examples is held back, and says whether what was learnt is more than memory.

import { firstLeftOut } from './leftOut.ts'

/** The part that is trained on, and the one that training never sees. */
export interface Split<T> {
  readonly training: readonly T[]
  readonly validation: readonly T[]
}

/**
 * Splits examples.
 *
 * - `heldOut`: the part that is held back, from 0 to 1
 * - `by`: the text that an example is told by (the source of a pair, the text without its label); equal ones land on the same
 *   side, whatever stands around them, so that the split of a list that grows stays as it was. Without it the last ones are held
 *   back, as many as `heldOut` says to the example.
 *
 * - `leftOut`: sentences about examples that were left out before, for the error
 *
 * Throws when one side would be empty.
 */
export function split<T>(
  examples: readonly T[],
  {
    heldOut = 0.1,
    by,
    leftOut = [],
  }: { readonly heldOut?: number; readonly by?: (example: T) => string; readonly leftOut?: readonly string[] } = {},
): Split<T> {
  checkShare(heldOut)
  const cut = examples.length - Math.round(examples.length * heldOut)
  const isHeld = by ? (example: T) => isInShare(by(example), heldOut) : (_: T, place: number) => place >= cut
  const parts = {
    training: examples.filter((example, place) => !isHeld(example, place)),
    validation: examples.filter((example, place) => isHeld(example, place)),
  }
  for (const [name, part] of Object.entries(parts)) {
    if (part.length > 0) continue
    const count = by ? new Set(examples.map(by)).size : examples.length
    const what = `${by ? 'different ' : ''}${count === 1 ? 'example' : 'examples'}`
    const advice = heldOut > 0 && heldOut < 1 ? 'Give more of them.' : 'Hold back another share.'
    throw new Error(
      `split: of ${count} ${what} none is for ${name} when a share of ${heldOut} is held back. ${advice}${firstLeftOut(leftOut)}`,
    )
  }
  return parts
}

/**
 * Splits files that words belong to. Where most have words of their own, those of the same words land on the same side, so that what is
 * held back was never said. Where many share their words nobody could know which of them is meant; then files are held back. `leftOut`:
 * sentences about files that were left out before, for the error.
 */
export function splitWorded<T extends { readonly name: string; readonly words: string }>(
  files: readonly T[],
  leftOut: readonly string[] = [],
): Split<T> {
  const different = new Set(files.map(({ words }) => words)).size
  return split(files, { leftOut, by: different > files.length / 2 ? ({ words }) => words : ({ name }) => name })
}

/** Says that a text's hash is among the lowest: true for about this share of all texts, and for a text always the same. */
export function isInShare(text: string, share: number): boolean {
  checkShare(share)
  // FNV-1a, whose upper bits are weak for short texts; MurmurHash3's last steps (Appleby 2008) mix them.
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32 < share
}

function checkShare(share: number): void {
  if (!(share >= 0 && share <= 1)) throw new Error(`split: heldOut is ${share}. Give a part from 0 to 1; 0.1 is usual.`)
}

// Random tokens, repeated: a text in which nothing but the repetition can be known.

import { randomBelow } from '../../text/random.ts'

/** The sizes of the texts that heads are tried on. */
export interface RepeatSizes {
  /** The number of different tokens, and of positions that the model looks at. */
  readonly vocab: number
  readonly context: number
  /** The token that begins a text, where the vocabulary has one; it is not among the drawn. */
  readonly begin?: number | undefined
  readonly seed?: number | undefined
}

/** Two periods, of which neither divides the other, and how long texts of them are. Undefined where a model has no room for such. */
export function twoPeriods({ vocab, context, begin }: RepeatSizes): readonly [number, number] | undefined {
  const drawable = vocab - (begin === undefined ? 0 : 1)
  const first = Math.min(25, drawable, Math.floor((context - 1) / 2))
  for (let second = first - 1; second > first / 2; second--)
    if (second >= 3 && first % second !== 0) return [first, second]
  return undefined
}

/** So many different random tokens, over and over, up to `length`; `start` is where they are repeated first. */
export function repeatedTokens(
  { vocab, begin, seed = 0 }: RepeatSizes,
  { period, length }: { readonly period: number; readonly length: number },
): { readonly ids: readonly number[]; readonly start: number } {
  const drawn = new Set<number>()
  for (let draw = 0; drawn.size < period; draw++) {
    const id = randomBelow(vocab, seed, period, draw)
    if (id !== begin) drawn.add(id)
  }
  const block = [...drawn]
  const opening = begin === undefined ? [] : [begin]
  const ids = Array.from({ length }, (_, i) => opening[i] ?? block[(i - opening.length) % period])
  return { ids, start: opening.length + period }
}

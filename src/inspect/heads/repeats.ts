// Random tokens: texts in which nothing but their repetition can be known, or nothing at all. What is drawn is a function of the seed.

import { randomBelow } from '../../text/random.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'

/** The texts that heads are tried on. */
export interface DrawSettings {
  /** The number of positions that the model looks at. */
  readonly context: number
  /** The ids that may be drawn, each once in a text. */
  readonly drawable: ArrayLike<number>
  /** The token that begins a text, where the vocabulary has one; it is not among the drawn. */
  readonly begin?: number | undefined
  readonly seed?: number | undefined
}

/** A text of random tokens. */
export interface DrawnText {
  readonly ids: readonly number[]
  /** Where the first token stands that is there for the second time; of a text without repetition, the first that was drawn. */
  readonly start: number
}

/** The most different tokens of a text, and how often they stand there. Olsson et al. 2022, appendix. */
const mostDrawn = 25
const copies = 4

/**
 * The ids that may be drawn.
 *
 * - `isLeftOut`: those that are no text: special tokens
 * - `counts`: the number of times that each comes in a text, where it is known; then neither the commonest tenth nor the rarest are drawn
 */
export function drawableIds({
  vocab,
  isLeftOut = () => false,
  counts,
}: {
  readonly vocab: number
  readonly isLeftOut?: (id: number) => boolean
  readonly counts?: ReadonlyMap<number, number> | undefined
}): number[] {
  const all = Array.from({ length: vocab }, (_, id) => id).filter((id) => !isLeftOut(id))
  const known = all.filter((id) => counts?.has(id))
  const tenth = Math.ceil(known.length / 10)
  const middle = known.toSorted((a, b) => (counts?.get(b) ?? 0) - (counts?.get(a) ?? 0) || a - b).slice(tenth, -tenth)
  return middle.length >= mostDrawn ? middle.sort((a, b) => a - b) : all
}

/** The ids of a tokenizer that may be drawn: without those that stand for no text, and without the token that begins one. */
export function drawableTokens(
  tokenizer: Tokenizer,
  {
    begin,
    ...settings
  }: Pick<DrawSettings, 'begin'> & { readonly vocab: number; readonly counts?: ReadonlyMap<number, number> },
): number[] {
  const isLeftOut = (id: number): boolean => id === begin || id >= tokenizer.size || tokenizer.isSpecial(id)
  return drawableIds({ ...settings, isLeftOut })
}

/** Two periods, of which neither divides the other, and how long texts of them are. Undefined where a model has no room for such. */
export function twoPeriods({ context, drawable }: DrawSettings): readonly [number, number] | undefined {
  const first = Math.min(mostDrawn, drawable.length, Math.floor((context - 1) / 2))
  for (let second = first - 1; second > first / 2; second--)
    if (second >= 3 && first % second !== 0) return [first, second]
  return undefined
}

/** The length of a text in which tokens of this period stand four times, or as often as the model has room for. */
export const lengthOfRepeats = ({ context, begin }: DrawSettings, period: number): number =>
  Math.min(context, copies * period + openingOf(begin).length)

/** So many different random tokens, over and over, up to `length`. `draw`: which of many such texts. */
export function repeatedTokens(
  settings: DrawSettings,
  { period, length, draw = 0 }: { readonly period: number; readonly length: number; readonly draw?: number },
): DrawnText {
  const block = drawn(settings, period, draw)
  const opening = openingOf(settings.begin)
  const ids = Array.from({ length }, (_, i) => opening[i] ?? block[(i - opening.length) % period])
  return { ids, start: opening.length + period }
}

/** Different random tokens, each once. Undefined where there is no room for some. */
export function randomTokens(settings: DrawSettings, draw: number): DrawnText | undefined {
  const opening = openingOf(settings.begin)
  const count = Math.min(mostDrawn, settings.drawable.length, settings.context - opening.length)
  // Drawn apart from the repetitions, whose draws are numbered from 0 on.
  return count < 3 ? undefined : { ids: [...opening, ...drawn(settings, count, apart + draw)], start: opening.length }
}

const apart = 2 ** 10

const openingOf = (begin: number | undefined): readonly number[] => (begin === undefined ? [] : [begin])

function drawn({ drawable, begin, seed = 0 }: DrawSettings, count: number, draw: number): number[] {
  const found = new Set<number>()
  for (let each = 0; found.size < count; each++) {
    const id = drawable[randomBelow(drawable.length, seed, draw * 2 ** 16 + count, each)]
    if (id !== begin) found.add(id)
  }
  return [...found]
}

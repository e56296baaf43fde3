// Tokens that stand for times, as Whisper writes them: one before and one behind each stretch of speech.
//
//   <|0.00|> Ever tried. Ever failed.<|4.20|><|4.20|> No matter.<|6.00|> …
//
// Radford et al. 2022, section 2.3. Which may come next follows from those before; where all times together are likelier than any
// other token, one of them comes. The rules are those of Hugging Face's `WhisperTimeStampLogitsProcessor`.

import * as elementary from '../tensor/elementary.ts'
import type { Adjust } from './adjust.ts'

export interface TimeTokens {
  /** The id of time 0; the following ones stand for later times, all behind it. */
  readonly first: number
  /** The id that says that no times are written: it is not written itself. */
  readonly none: number
  /** The id that ends a text. */
  readonly end: number
  /** The latest time that may be written first, in steps. */
  readonly latestFirst?: number | undefined
}

/** Allows those times alone that may come next. */
export const timesInOrder =
  ({ first, none, end, latestFirst }: TimeTokens): Adjust =>
  (scores, { text, written }) => {
    const own = Array.from(text).slice(text.length - written)
    const isTime = (id: number | undefined): boolean => id !== undefined && id >= first
    const [before, last] = [own.at(-2), own.at(-1)]
    const isPair = isTime(last) && (own.length < 2 || isTime(before))
    scores[none] = -Infinity
    if (isTime(last)) {
      if (isPair) scores.fill(-Infinity, first)
      else scores.fill(-Infinity, 0, end)
    }
    const latest = own.findLast(isTime)
    // The same once more ends one stretch and begins the next.
    if (latest !== undefined) scores.fill(-Infinity, first, isTime(last) && !isPair ? latest : latest + 1)
    if (written === 0) {
      scores.fill(-Infinity, 0, first)
      if (latestFirst !== undefined) scores.fill(-Infinity, first + latestFirst + 1)
    }
    if (sumsToMore(scores, first)) scores.fill(-Infinity, 0, first)
  }

/** True where the tokens from `first` on are together likelier than any one before. */
function sumsToMore(scores: Float32Array, first: number): boolean {
  const most = (from: number, to: number): number => {
    let largest = -Infinity
    for (let i = from; i < to; i++) largest = Math.max(largest, scores[i])
    return largest
  }
  const latest = most(first, scores.length)
  if (latest === -Infinity) return false
  let sum = 0
  for (let i = first; i < scores.length; i++) sum += elementary.expOf(scores[i] - latest)
  return latest + elementary.logOf(sum) > most(0, first)
}

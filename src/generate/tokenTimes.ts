// When each token was said: where in a sound the heads look that follow it, as one way through tokens and places.
//
//   each head: shares (token, source), standardised over tokens, the median of neighbouring places · the mean of the heads ·
//   the dearest way from the first token and place to the last, by steps to the next token, the next place, or both
//
// A token begins where the way comes to it. What is computed is what Hugging Face's `WhisperForConditionalGeneration` computes, after
// OpenAI's `timing.py`.

import { type TimeWarp, timeWarp } from '../sound/timeWarp.ts'

/** The shares of one head, (token, source), row-major. */
export type HeadShares = Float32Array

export interface SharesOfHeads {
  readonly heads: readonly HeadShares[]
  readonly tokens: number
  readonly sources: number
}

/** The looks of all heads together at each place, and the way through them. */
export interface Alignment {
  readonly sources: number
  /** (token, source): standardised shares, smoothed, the mean of the heads. */
  readonly looks: Float64Array
  readonly path: Pick<TimeWarp, 'rows' | 'columns'>
  /** For each token the source where it begins. */
  readonly begins: readonly number[]
}

/** The alignment of tokens with places; `width`: how many neighbours the median is of, an odd number. */
export function alignedTokens({ heads, tokens, sources }: SharesOfHeads, width: number): Alignment {
  const looks = new Float64Array(tokens * sources)
  for (const shares of heads) {
    const smooth = smoothed(standardised(shares, tokens, sources), sources, width)
    for (const [cell, value] of smooth.entries()) looks[cell] += value / heads.length
  }
  const { rows, columns } = timeWarp(
    looks.map((each) => -each),
    sources,
  )
  const begins = [...rows].flatMap((row, i) => (i === 0 || row !== rows[i - 1] ? [columns[i]] : []))
  return { sources, looks, path: { rows, columns }, begins }
}

/** (x − mean) / standard deviation, over the tokens of each place. */
function standardised(shares: HeadShares, tokens: number, sources: number): Float64Array {
  const scaled = new Float64Array(tokens * sources)
  for (let source = 0; source < sources; source++) {
    let [sum, squares] = [0, 0]
    for (let token = 0; token < tokens; token++) sum += shares[token * sources + source]
    const mean = sum / tokens
    for (let token = 0; token < tokens; token++) squares += (shares[token * sources + source] - mean) ** 2
    const deviation = Math.sqrt(squares / tokens)
    for (let cell = source; cell < scaled.length; cell += sources) scaled[cell] = (shares[cell] - mean) / deviation
  }
  return scaled
}

/** The median of each place and its neighbours; beyond the ends stands what is mirrored there. */
function smoothed(rows: Float64Array, sources: number, width: number): Float64Array {
  const half = (width - 1) / 2
  if (sources <= half) return rows
  const medians = new Float64Array(rows.length)
  const near = new Float64Array(width)
  for (let cell = 0; cell < rows.length; cell++) {
    const source = cell % sources
    for (let i = 0; i < width; i++) {
      const place = Math.abs(source + i - half)
      near[i] = rows[cell - source + (place < sources ? place : 2 * (sources - 1) - place)]
    }
    medians[cell] = near.sort()[half]
  }
  return medians
}

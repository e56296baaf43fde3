// Scores of a head: what its pattern looks like on one text, in a few numbers. All are means over the positions that can tell.
//
//   previous    A[i, i−1]                                      the token before
//   duplicate   Σ A[i, j], x_j = x_i, j < i                    tokens like this one
//   induction   Σ A[i, j], x_{j−1} = x_i, j ≤ i                what followed tokens like this one (all followers)
//   first       A[i, 0]                                        the first token: a sink
//   entropy     −Σ A ln A, nats                                how widely it looks
//   distance    Σ A[i, j] · |i − j|, places                    how far
//
// Olsson et al. 2022, "In-context Learning and Induction Heads", appendix.

import type { AttentionPattern } from '../pattern.ts'
import { type PlacesOf, textPlaces } from './textPlaces.ts'

/** The scores of a pattern; one that no position of the text can tell is left out. */
export interface HeadScores {
  readonly previous?: number
  readonly duplicate?: number
  readonly induction?: number
  readonly first?: number
  /** Nats. */
  readonly entropy: number
  /** Places. */
  readonly distance?: number
}

/** The things of a pattern that scores are made of. */
export type PatternShares = Pick<AttentionPattern, 'part' | 'positions' | 'sources' | 'shares'>

/**
 * The scores of a pattern on its text. Of attention across, whose sources are another text, there are `first` and `entropy` only.
 *
 * - `from`: the first position that counts
 */
export const headScores = (pattern: PatternShares, ids: ArrayLike<number>, from = 0): HeadScores =>
  scorerOf(ids, from)(pattern)

/** Scores patterns of one text, in which places are looked for once. Where positions are no tokens (`ids` undefined), none is like another. */
export function scorerOf(ids: ArrayLike<number> | undefined, from = 0): (pattern: PatternShares) => HeadScores {
  const places = ids && textPlaces(ids)
  return (pattern) => {
    const { part, positions } = pattern
    const rows = positions - from
    const { entropy, distance } = widths(pattern, from)
    const first = firstOf(pattern, from)
    if (part === 'cross') return given({ first, entropy: entropy / rows })
    return given({
      previous: places && shareAt(pattern, places.previous, from),
      duplicate: places && shareAt(pattern, places.duplicate, from),
      induction: places && shareAt(pattern, places.induction, from),
      first,
      entropy: entropy / rows,
      distance: distance / rows,
    })
  }
}

/** The share that a pattern has at places, a mean over the positions from `from` on that have any; undefined where none has. */
function shareAt({ positions, sources, shares }: PatternShares, places: PlacesOf, from: number): number | undefined {
  let [sum, count] = [0, 0]
  for (let i = from; i < positions; i++) {
    if (places[i].length === 0) continue
    for (const j of places[i]) sum += shares[i * sources + j]
    count++
  }
  return count === 0 ? undefined : sum / count
}

/** The share on the first source; the first position of a text that looks at itself cannot tell. */
function firstOf({ part, positions, sources, shares }: PatternShares, from: number): number | undefined {
  const start = part === 'cross' ? from : Math.max(from, 1)
  let sum = 0
  for (let i = start; i < positions; i++) sum += shares[i * sources]
  return start < positions ? sum / (positions - start) : undefined
}

/** The sums of entropy and of distance over the positions. */
function widths({ positions, sources, shares }: PatternShares, from: number): { entropy: number; distance: number } {
  let [entropy, distance] = [0, 0]
  for (let i = from; i < positions; i++)
    for (let j = 0; j < sources; j++) {
      const share = shares[i * sources + j]
      if (share === 0) continue
      if (share > 0) entropy -= share * Math.log(share)
      distance += share * Math.abs(i - j)
    }
  return { entropy, distance }
}

function given(scores: Readonly<Record<string, number | undefined>>): HeadScores {
  return Object.fromEntries(Object.entries(scores).filter(([, score]) => score !== undefined)) as unknown as HeadScores
}

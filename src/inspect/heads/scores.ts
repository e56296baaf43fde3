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

type Shares = Pick<AttentionPattern, 'part' | 'positions' | 'sources' | 'shares'>

/**
 * The scores of a pattern on its text. Of attention across, whose sources are another text, there are `first` and `entropy` only.
 *
 * - `from`: the first position that counts
 */
export function headScores(pattern: Shares, ids: ArrayLike<number>, from = 0): HeadScores {
  const { part, positions, sources, shares } = pattern
  const meanOf = (of: (row: Float32Array, i: number) => number | undefined): number | undefined => {
    let [sum, count] = [0, 0]
    for (let i = from; i < positions; i++) {
      const each = of(shares.subarray(i * sources, (i + 1) * sources), i)
      if (each === undefined) continue
      sum += each
      count++
    }
    return count === 0 ? undefined : sum / count
  }
  const entropy = meanOf((row) => row.reduce((sum, share) => (share > 0 ? sum - share * Math.log(share) : sum), 0)) ?? 0
  const first = meanOf((row, i) => (i === 0 && part !== 'cross' ? undefined : row[0]))
  if (part === 'cross') return given({ first, entropy })
  const over = (belongs: (i: number, j: number) => boolean) => (row: Float32Array, i: number) => {
    let [sum, found] = [0, false]
    for (let j = 0; j <= i; j++)
      if (belongs(i, j)) {
        sum += row[j]
        found = true
      }
    return found ? sum : undefined
  }
  return given({
    previous: meanOf(over((i, j) => j === i - 1)),
    duplicate: meanOf(over((i, j) => isDuplicate(ids, i, j))),
    induction: meanOf(over((i, j) => isFollower(ids, i, j))),
    first,
    entropy,
    distance: meanOf((row, i) => row.reduce((sum, share, j) => sum + share * Math.abs(i - j), 0)),
  })
}

/** True where place j has the token of place i, earlier. */
export const isDuplicate = (ids: ArrayLike<number>, i: number, j: number): boolean => j < i && ids[j] === ids[i]

/** True where place j comes right after an earlier token like that of place i. */
export const isFollower = (ids: ArrayLike<number>, i: number, j: number): boolean =>
  j >= 1 && j <= i && ids[j - 1] === ids[i]

function given(scores: Readonly<Record<string, number | undefined>>): HeadScores {
  return Object.fromEntries(Object.entries(scores).filter(([, score]) => score !== undefined)) as unknown as HeadScores
}

// Detectors: how much a pattern is like one that is all 0 and 1. Those of TransformerLens (head_detector), number for number.

import type { AttentionPattern } from '../pattern.ts'
import { isDuplicate, isFollower } from './scores.ts'

/** The patterns that are looked for. */
export type Detected = 'previous' | 'duplicate' | 'induction'

/** The likeness of a pattern to the one that is looked for. */
export interface Detection {
  /** Σ A·D / Σ A: the share of all attention that falls there. */
  readonly mul: number
  /** 1 − Σ |A − D| / n: 1 where they are the same, −1 at worst. */
  readonly abs: number
}

/** The likeness of a pattern to each of the three. Throws for one that is not of a text with itself. */
export function detections(
  { positions, sources, shares }: Pick<AttentionPattern, 'positions' | 'sources' | 'shares'>,
  ids: ArrayLike<number>,
): Record<Detected, Detection> {
  if (positions !== sources)
    throw new Error(
      `heads: detectors are for a text that looks at itself, not for ${positions} positions that look at ${sources} sources.`,
    )
  const detected = (holds: (i: number, j: number) => boolean): Detection => {
    let [within, all, off] = [0, 0, 0]
    for (let i = 0; i < positions; i++)
      for (let j = 0; j < positions; j++) {
        const share = shares[i * positions + j]
        const is = holds(i, j) ? 1 : 0
        within += share * is
        all += share
        off += Math.abs(share - is)
      }
    return { mul: within / all, abs: 1 - off / positions }
  }
  return {
    previous: detected((i, j) => j === i - 1),
    duplicate: detected((i, j) => isDuplicate(ids, i, j)),
    induction: detected((i, j) => isFollower(ids, i, j)),
  }
}

// Detectors: how much a pattern is like one that is all 0 and 1. Those of TransformerLens (head_detector), number for number.

import type { PatternShares } from './scores.ts'
import { type PlaceKind, placeKinds, textPlaces } from './textPlaces.ts'

/** The patterns that are looked for. */
export type Detected = PlaceKind

/** The likeness of a pattern to the one that is looked for. */
export interface Detection {
  /** Σ A·D / Σ A: the share of all attention that falls there. */
  readonly mul: number
  /** 1 − Σ |A − D| / n: 1 where they are the same; −1 at worst where D has one cell a row, less where it has several. */
  readonly abs: number
}

/** The cells that detectors pass over, as if nothing stood there in both patterns. */
export interface DetectionOptions {
  /** The first source, on which many heads rest. */
  readonly excludeFirst?: boolean | undefined
  /** The position itself. */
  readonly excludeCurrent?: boolean | undefined
}

/** The likeness of a pattern to each of the three. Throws for one that is not of a text with itself. */
export const detections = (
  pattern: Omit<PatternShares, 'part'>,
  ids: ArrayLike<number>,
  options: DetectionOptions = {},
): Record<Detected, Detection> => detectorOf(ids, options)(pattern)

/** Detects in patterns of one text, in which places are looked for once. */
export function detectorOf(
  ids: ArrayLike<number>,
  { excludeFirst = false, excludeCurrent = false }: DetectionOptions = {},
): (pattern: Omit<PatternShares, 'part'>) => Record<Detected, Detection> {
  const counts = (i: number, j: number): boolean => !((excludeFirst && j === 0) || (excludeCurrent && j === i))
  const all = textPlaces(ids)
  const sought = placeKinds.map((kind) => ({
    kind,
    places: all[kind].map((own, i) => own.filter((j) => counts(i, j))),
  }))
  return ({ positions, sources, shares }) => {
    if (positions !== sources)
      throw new Error(
        `heads: detectors are for a text that looks at itself, not for ${positions} positions that look at ${sources} sources.`,
      )
    let [whole, off] = [0, 0]
    for (let i = 0; i < positions; i++)
      for (let j = 0; j < sources; j++) {
        if (!counts(i, j)) continue
        whole += shares[i * sources + j]
        off += Math.abs(shares[i * sources + j])
      }
    const detected = sought.map(({ kind, places }) => {
      let [within, apart] = [0, off]
      for (const [i, own] of places.entries())
        for (const j of own) {
          const share = shares[i * sources + j]
          within += share
          apart += Math.abs(share - 1) - Math.abs(share)
        }
      return [kind, { mul: within / whole, abs: 1 - apart / positions }]
    })
    return Object.fromEntries(detected) as Record<Detected, Detection>
  }
}

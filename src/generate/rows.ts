// The rows of texts that are written side by side, with the programs and the caches for so many.

import type { Programs } from '../engine/programs.ts'
import type { Cache } from '../model/cache.ts'

/** Ids of a text. */
export type Text = ArrayLike<number>

/** All that is there for so many rows. */
export interface Rows {
  readonly count: number
  /** The programs that read sources, and what they made of them, by their length. */
  readonly encoders: Programs
  readonly encoded: Map<number, Cache>
  /** The programs that write, and the positions written, for which the cache has so much room. */
  steps: Programs
  written: Cache | undefined
  capacity: number
}

/** Each so many times, side by side. */
export const sideBySide = <T>(each: readonly T[], times: number): T[] =>
  each.flatMap((one) => Array.from({ length: times }, () => one))

export const longestText = (texts: readonly Text[]): number =>
  texts.reduce((most, { length }) => Math.max(most, length), 0)

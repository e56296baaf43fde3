// Where runs came to in a text, and in the source that it looks at: what edits of places are held against.

/** The places that runs came to. */
export interface Reached {
  /** The number of positions of its text that were computed for the longest. */
  readonly positions: number
  /** The first position that was; 0 if not given. */
  readonly first?: number
  /** The number of tokens of the longest source. */
  readonly sources?: number
}

/** The places that an earlier run or a later one came to: an edit takes effect if one of several texts is long enough. */
export const reachedByEither = (earlier: Reached | undefined, later: Reached): Reached =>
  earlier === undefined
    ? later
    : {
        positions: Math.max(earlier.positions, later.positions),
        first: Math.min(earlier.first ?? 0, later.first ?? 0),
        sources: Math.max(earlier.sources ?? 0, later.sources ?? 0),
      }

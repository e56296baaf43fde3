// Exact matches: an answer counts when every token of it is right, its end too.
//
// Greedy decoding gives an answer exactly when, reading the true answer, the model would say each of its tokens itself: up
// to its first mistake it has read nothing else. So one run over a batch tells what decoding token by token would give.

export interface Matches {
  /** The number of rows that are right at every target. */
  readonly exact: number
  /** The number of rows that have targets. */
  readonly count: number
}

/**
 * Counts the rows of a batch that are exact.
 *
 * - `targets` (batch, position): −1 where nothing is asked
 * - `guesses` (batch, position): the most probable token at each position
 * - `rows`: the number of rows
 */
export function exactMatches(targets: ArrayLike<number>, guesses: ArrayLike<number>, rows: number): Matches {
  const width = targets.length / rows
  let [exact, count] = [0, 0]
  for (let row = 0; row < rows; row++) {
    let [asked, right] = [0, 0]
    for (let i = row * width; i < (row + 1) * width; i++) {
      if (targets[i] === -1) continue
      asked++
      if (targets[i] === guesses[i]) right++
    }
    if (asked > 0) count++
    if (asked > 0 && asked === right) exact++
  }
  return { exact, count }
}

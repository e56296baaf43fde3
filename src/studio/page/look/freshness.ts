// When that which is seen is read anew while a training goes on: often enough to be alive, and so seldom that the training waits for it for a
// tenth of the time at most.

/** It is read anew at most so often. */
const leastRestMs = 400
/** The most that the training waits, of all time. */
const share = 0.1

export class Freshness {
  #readAt = Number.NEGATIVE_INFINITY
  #looksMs = 0

  /**
   * The milliseconds until it may be read anew.
   *
   * - `looksMs`: the milliseconds that the training has waited for those who look so far
   */
  wait(now: number, looksMs: number): number {
    const cost = Math.max(0, looksMs - this.#looksMs)
    return Math.max(0, this.#readAt + Math.max(leastRestMs, cost / share) - now)
  }

  /** It is read anew. */
  read(now: number, looksMs: number): void {
    this.#readAt = now
    this.#looksMs = looksMs
  }
}

// Turns at the engine: one thing is asked of it after the other. A training takes a turn for each step, so whoever wants to look has
// theirs between two steps.

export class Turns {
  #last: Promise<unknown> = Promise.resolve()
  #looksMs = 0

  /** The milliseconds that the turns of those who look have taken so far. */
  get looksMs(): number {
    return this.#looksMs
  }

  /** Does the work when all that came before is done. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => {})
    return mine
  }

  /** The same for somebody who looks. */
  look<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.take(async () => {
      const begun = performance.now()
      try {
        return await work()
      } finally {
        this.#looksMs += performance.now() - begun
      }
    })
  }
}

// Turns at the engine: one thing is asked of it after the other. A training takes a turn for each step, so whoever wants to look has
// theirs between two steps.

export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Does the work when all that came before is done. */
  take<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work)
    this.#last = mine.catch(() => {})
    return mine
  }
}

// A question that is put anew while somebody types: only the last one is asked, once they pause.

export class LastQuestion {
  #timer: ReturnType<typeof setTimeout> | undefined
  #answered: Promise<void> = Promise.resolve()
  #settle: ((later: Promise<void>) => void) | undefined

  /** Settles when the last question is answered: also for those who waited for one that another has replaced. */
  get answered(): Promise<void> {
    return this.#answered
  }

  /**
   * Puts a question in place of the one before, which is not asked any more if its time has not come. Settles as `answered` does.
   *
   * - `patience`: milliseconds until it is asked
   */
  put(ask: () => Promise<void>, patience: number): Promise<void> {
    clearTimeout(this.#timer)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#settle?.(promise)
    this.#settle = resolve
    this.#answered = promise
    this.#timer = setTimeout(async () => {
      try {
        await ask()
      } finally {
        resolve()
      }
    }, patience)
    return promise
  }
}

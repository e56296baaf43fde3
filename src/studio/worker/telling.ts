// News on their way to the page. While a run trains they go together, a few times a second: whatever the page hears it draws, and what is
// drawn costs the training time. All other news go at once.

import type { News } from '../talk/questions.ts'

/** While a run trains news go at most so often. */
const restMs = 450

export class Telling {
  readonly #send: (news: readonly News[]) => void
  #held: News[] = []
  #isTraining = false
  /** True from a state on until a step has been told: whoever has pressed Train waits for it. */
  #isBeginning = false
  #sentAt = Number.NEGATIVE_INFINITY
  #later: ReturnType<typeof setTimeout> | undefined

  /** - `send`: gives news to the page */
  constructor(send: (news: readonly News[]) => void) {
    this.#send = send
  }

  /** Tells something, now or together with what comes next. */
  tell(news: News): void {
    this.#hold(news)
    if (news.kind === 'state') {
      this.#isTraining = news.state === 'training'
      this.#isBeginning = this.#isTraining
      this.#flush()
    } else if (!this.#isTraining || this.#isBeginning || performance.now() - this.#sentAt >= restMs) {
      if (news.kind === 'steps') this.#isBeginning = false
      this.#flush()
    }
    // A step may take longer than anybody wants to wait.
    else this.#later ??= setTimeout(() => this.#flush(), restMs)
  }

  #flush(): void {
    clearTimeout(this.#later)
    this.#later = undefined
    if (this.#held.length === 0) return
    this.#send(this.#held)
    this.#held = []
    this.#sentAt = performance.now()
  }

  /** Steps behind steps are told as one piece of news. */
  #hold(news: News): void {
    const last = this.#held.at(-1)
    if (news.kind === 'steps' && last?.kind === 'steps')
      this.#held[this.#held.length - 1] = { ...news, losses: [...last.losses, ...news.losses] }
    else this.#held.push(news)
  }
}

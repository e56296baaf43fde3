// A question that a part of the page keeps asking, as what it is about changes: the newest answer, what it answers, and what went wrong.
// An answer stays until the next is there, so that nothing flickers; one that only has newer numbers, while a run trains, comes with its news.

import { messageOf } from '../talk/messageOf.ts'
import type { AnswerTo, Kind, QuestionOf } from '../talk/questions.ts'
import { Outdated, type Talk } from '../talk/talk.ts'

/** Numbers for subjects: of two questions of one asker the newer counts. */
let askers = 0

/** True for questions about the same thing at two moments of a training. */
function isSameThing(one: unknown, other: unknown): boolean {
  const written = (question: unknown): string =>
    JSON.stringify(question, (key, value: unknown) => (key === 'moment' ? 0 : value))
  return written(one) === written(other)
}

export class Asking<K extends Kind> {
  /** The newest answer, with what it is about. */
  found = $state.raw<{ readonly question: QuestionOf<K>; readonly answer: AnswerTo<K> }>()
  isWaiting = $state(false)
  /** The part of the newest answer that is done, where it takes long. */
  progress = $state.raw<{ readonly done: number; readonly of: number }>()
  /** One line for what went wrong with the newest question. */
  fault = $state<string>()
  readonly #talk: Talk
  readonly #kind: K
  readonly #subject: string
  #newest = 0
  #asked: string | undefined

  constructor(talk: Talk, kind: K) {
    this.#talk = talk
    this.#kind = kind
    this.#subject = `${kind} ${++askers}`
  }

  get answer(): AnswerTo<K> | undefined {
    return this.found?.answer
  }

  /** Asks, in place of what was asked before, where it is another question; undefined for nothing. */
  async ask(question: QuestionOf<K> | undefined): Promise<void> {
    const written = JSON.stringify(question)
    if (written === this.#asked && this.fault === undefined) return
    this.#asked = written
    const number = ++this.#newest
    if (question === undefined) {
      this.found = undefined
      this.fault = undefined
      this.isWaiting = false
      return
    }
    this.isWaiting = true
    this.progress = undefined
    try {
      const report = (done: number, of: number): void => {
        if (number === this.#newest) this.progress = { done, of }
      }
      const answer = await this.#talk.ask(this.#kind, question, { subject: this.#subject, report })
      if (this.found && isSameThing(question, this.found.question)) await this.#talk.withNews()
      if (number !== this.#newest) return
      this.found = { question, answer }
      this.fault = undefined
    } catch (error) {
      if (error instanceof Outdated || number !== this.#newest) return
      this.fault = messageOf(error)
    }
    this.isWaiting = false
  }

  /** Waits no more for what was asked; asked again, it is another question. */
  breakOff(): void {
    this.#newest++
    this.#asked = undefined
    this.isWaiting = false
    this.#talk.breakOff(this.#subject)
  }
}

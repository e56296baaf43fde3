// The page's side: questions go to the worker, answers and news come back.

import type { AnswerTo, Kind, Letter, News, QuestionOf, Reply } from './questions.ts'

/** A worker, or any other port. */
interface Port {
  postMessage(message: Letter): void
  onmessage: ((event: MessageEvent<Reply>) => void) | null
}

/** Said of a question that a newer one of the same subject has replaced. */
export class Outdated extends Error {
  override readonly name = 'Outdated'
}

export class Talk {
  readonly #port: Port
  readonly #open = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  readonly #newest = new Map<string, number>()
  #last = 0

  /** - `hear`: is called with news */
  constructor(port: Port, hear: (news: News) => void) {
    this.#port = port
    port.onmessage = ({ data }) => {
      if ('news' in data) {
        hear(data.news)
        return
      }
      const open = this.#open.get(data.number)
      this.#open.delete(data.number)
      if ('error' in data) open?.reject(new Error(data.error))
      else open?.resolve(data.answer)
    }
  }

  /**
   * The worker's answer.
   *
   * - `subject`: of several questions about one subject only the newest is wanted; the others reject with `Outdated`
   */
  ask<K extends Kind>(kind: K, question: QuestionOf<K>, subject?: string): Promise<AnswerTo<K>> {
    const number = ++this.#last
    if (subject !== undefined) {
      const before = this.#newest.get(subject)
      if (before !== undefined) this.#open.get(before)?.reject(new Outdated(subject))
      this.#newest.set(subject, number)
    }
    return new Promise<AnswerTo<K>>((resolve, reject) => {
      this.#open.set(number, { resolve: (answer) => resolve(answer as AnswerTo<K>), reject })
      this.#port.postMessage({ number, kind, question })
    })
  }
}

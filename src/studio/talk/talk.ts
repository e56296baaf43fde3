// The page's side: questions go to the worker, answers and news come back.

import type { AnswerTo, Kind, Letter, News, QuestionOf, Reply } from './questions.ts'

/** A worker, or any other port. */
interface Port {
  postMessage(message: Letter): void
  onmessage: ((event: MessageEvent<Reply>) => void) | null
}

/** News come sooner, unless a step takes long. */
const longestWaitMs = 600

/** Said of a question that a newer one of the same subject has replaced. */
export class Outdated extends Error {
  override readonly name = 'Outdated'
}

/** The ways of waiting for an answer. */
export interface AskOptions<Answer = unknown> {
  /** Of several questions about one subject only the newest is wanted: the others are broken off, and reject with `Outdated`. */
  readonly subject?: string | undefined
  /** Is told how far the answer is, if it takes long; and of an answer that comes piece by piece what is there. */
  readonly report?: ((done: number, of: number, part: Answer | undefined) => void) | undefined
}

interface OpenQuestion {
  resolve(answer: unknown): void
  reject(error: Error): void
  readonly report: ((done: number, of: number, part: unknown) => void) | undefined
}

export class Talk {
  readonly #port: Port
  readonly #open = new Map<number, OpenQuestion>()
  readonly #newest = new Map<string, number>()
  #last = 0
  #isTraining = false
  /** Those who wait for the next news. */
  #waiting: (() => void)[] = []

  /** - `hear`: is called with news */
  constructor(port: Port, hear: (news: News) => void) {
    this.#port = port
    port.onmessage = ({ data }) => {
      if ('news' in data) {
        for (const news of data.news) {
          if (news.kind === 'state') this.#isTraining = news.state === 'training'
          hear(news)
        }
        for (const go of this.#waiting.splice(0)) go()
        return
      }
      const open = this.#open.get(data.number)
      if ('of' in data) {
        open?.report?.(data.done, data.of, data.part)
        return
      }
      this.#open.delete(data.number)
      if ('error' in data) open?.reject(new Error(data.error))
      else open?.resolve(data.answer)
    }
  }

  /** The worker's answer. */
  ask<K extends Kind>(
    kind: K,
    question: QuestionOf<K>,
    { subject, report }: AskOptions<AnswerTo<K>> = {},
  ): Promise<AnswerTo<K>> {
    if (subject !== undefined) this.breakOff(subject)
    const number = ++this.#last
    if (subject !== undefined) this.#newest.set(subject, number)
    return new Promise<AnswerTo<K>>((resolve, reject) => {
      this.#open.set(number, {
        resolve: (answer) => resolve(answer as AnswerTo<K>),
        reject,
        report: report && ((done, of, part) => report(done, of, part as AnswerTo<K> | undefined)),
      })
      this.#port.postMessage({ number, kind, question })
    })
  }

  /** Waits, while a run trains, for its next news: what is seen of both is then drawn at once. */
  withNews(): Promise<void> {
    if (!this.#isTraining) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      setTimeout(resolve, longestWaitMs)
    })
  }

  /** Waits no more for the answer to the newest question about a subject. */
  breakOff(subject: string): void {
    const number = this.#newest.get(subject)
    const open = number === undefined ? undefined : this.#open.get(number)
    if (number === undefined || !open) return
    this.#open.delete(number)
    open.reject(new Outdated(subject))
    this.#port.postMessage({ breakOff: number })
  }
}

// A worker that answers: each question by the function for its kind, in a place that is opened with the first.

import type { MachineWishes } from '../talk/machineFacts.ts'
import type { AnswerTo, Kind, Letter, News, QuestionOf, Reply } from '../talk/questions.ts'
import { messageInPage } from '../talk/settingLabels.ts'
import type { Waiting } from './instrument.ts'

/** A function for each kind of question that is answered in a place. */
export type AnswersIn<Place, Kinds extends Kind = Kind> = {
  readonly [K in Kinds]: (place: Place, question: QuestionOf<K>, waiting?: Waiting) => Promise<AnswerTo<K>>
}

/** The part of an answer that is done is told at most so often. */
const tellEveryMs = 100

/**
 * AnswersIn the page from now on. A kind without a function throws.
 *
 * - `open`: opens the place; `tell`: gives news to the page, which nobody asked for
 */
export function answerPage<Place>(
  answers: Partial<AnswersIn<Place>>,
  open: (wishes: MachineWishes, tell: (news: readonly News[]) => void) => Promise<Place>,
): void {
  const send = (reply: Reply): void => postMessage(reply)
  let place: Promise<Place> | undefined
  /** Those who wait for an answer, by the numbers of their questions. */
  const waiting = new Map<number, AbortController>()

  async function answerOf<K extends Kind>(kind: K, question: unknown, of: Waiting): Promise<unknown> {
    const answer = answers[kind]
    if (!answer) throw new Error(`studio: nothing here answers "${kind}". Open the model in the Studio.`)
    // The first question says which engine is wished for; any will do for those who do not say it.
    place ??= open(kind === 'machine' ? (question as MachineWishes) : {}, (news) => send({ news }))
    return answer(await place, question as QuestionOf<K>, of)
  }

  addEventListener('message', async ({ data }: MessageEvent<Letter>) => {
    if ('breakOff' in data) {
      waiting.get(data.breakOff)?.abort()
      return
    }
    const { number, kind, question } = data
    const controller = new AbortController()
    waiting.set(number, controller)
    let toldAt = performance.now()
    const report = (done: number, of: number, part?: unknown): void => {
      if (performance.now() - toldAt < tellEveryMs) return
      toldAt = performance.now()
      send({ number, done, of, part })
    }
    try {
      send({ number, answer: await answerOf(kind, question, { report, signal: controller.signal }) })
    } catch (error) {
      send({ number, error: messageInPage(error) })
    } finally {
      waiting.delete(number)
    }
  })
}

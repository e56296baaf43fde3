// The worker of the page: it has the engine, trains, and answers.

import type { MachineWishes } from '../talk/machineFacts.ts'
import type { Kind, Letter, QuestionOf, Reply } from '../talk/questions.ts'
import { messageInPage } from '../talk/settingLabels.ts'
import { answers } from './answers/answers.ts'
import type { Waiting } from './instrument.ts'
import { Telling } from './telling.ts'
import { Workshop } from './workshop.ts'

const send = (reply: Reply): void => postMessage(reply)
const telling = new Telling((news) => send({ news }))
let workshop: Promise<Workshop> | undefined
/** Those who wait for an answer, by the numbers of their questions. */
const waiting = new Map<number, AbortController>()
/** The part of an answer that is done is told at most so often. */
const tellEveryMs = 100

addEventListener('message', async ({ data }: MessageEvent<Letter>) => {
  if ('breakOff' in data) {
    waiting.get(data.breakOff)?.abort()
    return
  }
  const { number, kind, question } = data
  const controller = new AbortController()
  waiting.set(number, controller)
  let toldAt = performance.now()
  const report = (done: number, of: number): void => {
    if (performance.now() - toldAt < tellEveryMs) return
    toldAt = performance.now()
    send({ number, done, of })
  }
  try {
    send({ number, answer: await answerOf(kind, question, { report, signal: controller.signal }) })
  } catch (error) {
    send({ number, error: messageInPage(error) })
  } finally {
    waiting.delete(number)
  }
})

async function answerOf<K extends Kind>(kind: K, question: unknown, of: Waiting): Promise<unknown> {
  // The first question says which engine is wished for; any will do for those who do not say it.
  workshop ??= Workshop.open(kind === 'machine' ? (question as MachineWishes) : {}, (news) => telling.tell(news))
  return answers[kind](await workshop, question as QuestionOf<K>, of)
}

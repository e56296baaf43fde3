// The worker of the page: it has the engine, trains, and answers.

import type { MachineWishes } from '../talk/machineFacts.ts'
import type { Kind, Letter, News, QuestionOf, Reply } from '../talk/questions.ts'
import { messageInPage } from '../talk/settingLabels.ts'
import { answers } from './answers/answers.ts'
import { Workshop } from './workshop.ts'

const send = (reply: Reply): void => postMessage(reply)
let workshop: Promise<Workshop> | undefined

addEventListener('message', async ({ data: { number, kind, question } }: MessageEvent<Letter>) => {
  try {
    send({ number, answer: await answerOf(kind, question) })
  } catch (error) {
    send({ number, error: messageInPage(error) })
  }
})

async function answerOf<K extends Kind>(kind: K, question: unknown): Promise<unknown> {
  // The first question says which engine is wished for; any will do for those who do not say it.
  workshop ??= Workshop.open(kind === 'machine' ? (question as MachineWishes) : {}, (news: News) => send({ news }))
  return answers[kind](await workshop, question as QuestionOf<K>)
}

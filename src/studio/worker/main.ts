// The worker of the page: it has the engine, trains, and answers.

import type { Kind, Letter, News, QuestionOf, Reply } from '../talk/questions.ts'
import { answers } from './answers/answers.ts'
import { Workshop } from './workshop.ts'

const send = (reply: Reply): void => postMessage(reply)
const opened = Workshop.open((news: News) => send({ news }))

addEventListener('message', async ({ data: { number, kind, question } }: MessageEvent<Letter>) => {
  try {
    send({ number, answer: await answerOf(kind, question) })
  } catch (error) {
    send({ number, error: error instanceof Error ? error.message : String(error) })
  }
})

async function answerOf<K extends Kind>(kind: K, question: unknown): Promise<unknown> {
  return answers[kind](await opened, question as QuestionOf<K>)
}

// The worker of the page: it has the engine, trains, and answers.

import { answerPage } from './answering.ts'
import { answers } from './answers/answers.ts'
import { Telling } from './telling.ts'
import { Workshop } from './workshop.ts'

answerPage(answers, (wishes, send) => {
  const telling = new Telling(send)
  return Workshop.open(wishes, (news) => telling.tell(news))
})

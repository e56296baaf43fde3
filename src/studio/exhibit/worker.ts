// The worker of an exhibit: it has the engine and a model, and answers those who look and write. Nothing is trained or kept here.

import { type AnswersIn, answerPage } from '../worker/answering.ts'
import { lookingAnswers } from '../worker/answers/looking.ts'
import { Showcase } from './showcase.ts'

const answers: Partial<AnswersIn<Showcase>> = {
  machine: async ({ machine }) => machine,
  openExhibit: (showcase, { model }) => showcase.take(model),
  readPicture: async (room, asked) => (await import('./sight.ts')).pictureOfFile(room, asked),
  pictureAttention: async (room, asked) => (await import('./sight.ts')).attentionInPicture(room, asked),
  ...lookingAnswers,
}

answerPage(answers, (wishes) => Showcase.open(wishes))

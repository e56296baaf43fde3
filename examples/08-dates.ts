// A little translator: dates in twelve languages become ISO 8601.
//
//   "vendredi 5 mars 1999"   "5. März 1999"   "Mar 5, 1999"   →   1999-03-05
//
// An encoder reads the date both ways, character by character; a decoder writes year, month and day, and looks back at the
// encoder's stream at each character (cross-attention): the transformer of 2017, in small. It has to find the year, know the
// names of months in twelve languages, and write days with two digits. The days that it is asked at the end it has never seen
// in any language.
//
// Read next: 09-masked.ts. `cutaway train --as encoder-decoder --task dates` does the same, and then
// `cutaway attention runs/dates "5 mars 1999"` shows where each digit looks.

import { cpu, EncoderDecoder, Generator, targetSequence } from '../src/index.ts'
import { bucketedBatches, datesTask, endOf, shapesFor, taskExamples } from '../src/tasks.ts'
import { learn, report } from './learn.ts'

const began = performance.now()
const task = datesTask()
const training = taskExamples(task, { as: 'pairs', seed: 1 })
const unseen = taskExamples(task, { as: 'pairs', part: 'validation', seed: 1 })
const shapes = shapesFor([training, unseen], { batch: 64 })
const batches = {
  training: bucketedBatches(training, { shapes, seed: 1 }),
  validation: bucketedBatches(unseen, { shapes, seed: 1 }),
}
const half = { layer: 2, head: 4, hidden: 256 }
const model = new EncoderDecoder({ vocab: task.tokenizer.size, context: 48, model: 64, encoder: half, decoder: half })

const engine = await cpu()
const settings = {
  steps: 2000,
  rate: 2e-3,
  leastRate: 0,
  schedule: 'cosine',
  warmup: 200,
  beta2: 0.98,
  seed: 1,
} as const
const objective = targetSequence(model, { scores: ['exact'] })
await learn({ engine, objective, ...batches, ...settings, evaluateBatches: 1 })

// All unseen dates, written one character after the other.
const end = endOf(task)
const writer = new Generator({ engine, model })
let exact = 0
for (let from = 0; from < unseen.count; from += 100) {
  const questions = Array.from({ length: 100 }, (_, i) => unseen.question(from + i))
  const written = questions.map(() => '')
  const openings = questions.map(({ prompt }) => ({ source: task.tokenizer.encode(prompt), prompt: [end] }))
  for await (const { row, id } of writer.generateAll(openings, { tokens: 12, temperature: 0, stop: [end] }))
    written[row] += task.tokenizer.piece(id)
  for (const [i, question] of questions.entries()) {
    const isRight = task.isExact(question, written[i])
    if (isRight) exact++
    if (from + i < 3 || !isRight)
      console.log(`  ${question.prompt} → ${written[i]}${isRight ? '' : `, not ${question.answer}`}`)
  }
}
engine.close()
const share = exact / unseen.count
const seconds = (performance.now() - began) / 1000
report(
  share >= 0.99 && seconds < 180,
  `${(100 * share).toFixed(1)} % of 1,000 unseen dates are right, after ${seconds.toFixed(0)} seconds; the target is 99 % in 180.`,
)

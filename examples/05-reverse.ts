// Copying and reversing: answers that depend on places alone.
//
//   copy      3 1 4 1 5 → 3 1 4 1 5      every position of the answer looks back by the same distance
//   reverse   3 1 4 1 5 → 5 1 4 1 3      every position looks back by another distance
//
// What attention has to learn here is a table of places, and one can see it: `cutaway train --task reverse`, then
// `cutaway attention runs/reverse 3141592653` shows a diagonal that runs the other way.
//
// Read next: 06-addition.ts.

import { cpu, GPT2, nextToken } from '../src/index.ts'
import { bucketedBatches, copyTask, reverseTask, taskExamples } from '../src/tasks.ts'
import { learn, report } from './learn.ts'

const batch = 32
const engine = await cpu()
for (const task of [copyTask({ length: 10 }), reverseTask({ length: 10 })]) {
  console.log(`${task.name}: ${task.about}`)
  const examples = (part: 'training' | 'validation') => taskExamples(task, { as: 'decoder', part, seed: 1 })
  const [training, validation] = [examples('training'), examples('validation')].map((set) =>
    bucketedBatches(set, { batch, seed: 1 }),
  )
  const model = new GPT2({ vocab: task.tokenizer.size, context: 19, layer: 2, head: 2, model: 64 })
  const objective = nextToken(model, { scores: ['exact'] })
  const settings = { steps: 200, rate: 3e-3, leastRate: 0, schedule: 'cosine', warmup: 50, seed: 1 } as const
  const evaluations = await learn({ engine, objective, training, validation, ...settings, evaluateBatches: 1 })
  const exact = evaluations.at(-1)?.exact ?? 0
  report(exact === 1, `${Math.round(1000 * exact)} of 1,000 questions answered without a mistake.`)
}
engine.close()

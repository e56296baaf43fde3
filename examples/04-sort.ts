// A small GPT learns to sort six digits, by being shown sorted ones.
//
//   3 1 4 1 5 9 → 1 1 3 4 5 9
//
// It reads the digits and says them in order, one after the other; each depends on those before. It is never told what order
// is. Whether it has understood is beyond doubt, since an answer is right or wrong: of 5,000 questions that it has not seen it
// has to answer 5,000, with a tenth of a million parameters, in less than a minute.
//
// Read next: 05-reverse.ts.

import { cpu, GPT2, nextToken } from '../src/index.ts'
import { bucketedBatches, sortTask, taskExamples } from '../src/tasks.ts'
import { learn, report } from './learn.ts'

const task = sortTask({ length: 6, symbols: 10 })
const batch = 64
const training = bucketedBatches(taskExamples(task, { as: 'decoder', seed: 1 }), { batch, seed: 1 })
const unseen = taskExamples(task, { as: 'decoder', part: 'validation', seed: 1, count: 5000 })
const validation = bucketedBatches(unseen, { batch, seed: 1 })
const model = new GPT2({ vocab: task.tokenizer.size, context: 11, layer: 2, head: 4, model: 64 })
const objective = nextToken(model, { scores: ['exact'] })

const began = performance.now()
const engine = await cpu()
const settings = { steps: 2000, rate: 3e-3, leastRate: 0, schedule: 'cosine', warmup: 50, seed: 1 } as const
const exact =
  (await learn({ engine, objective, training, validation, ...settings, evaluateBatches: 1, evaluateEvery: 500 })).at(-1)
    ?.exact ?? 0
engine.close()
const seconds = (performance.now() - began) / 1000
report(
  exact === 1 && seconds < 60,
  `${Math.round(5000 * exact)} of 5,000 sorted without a mistake, after ${seconds.toFixed(0)} seconds.`,
)

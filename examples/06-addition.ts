// Addition as one does it on paper: the last digit first, and carry.
//
//   87+5=29      92, said from behind: each digit needs only those above it and what was carried so far
//
// Said from the front, the first digit depends on all others, and it takes a small model much longer. The digits that belong
// together stand at other places in every sum, but for the same sum of lengths at the same distances; so the model knows
// distances rather than places: it is a small Llama, with rotary positions. A GPT of the same size, which has to learn all
// places apart, needs several times as long. Sums that it is asked at the end were never in training, in neither order.
//
// Lee et al. 2023, "Teaching arithmetic to small transformers". Read next: 07-modular-addition.ts.

import { cpu, Llama, nextToken } from '../src/index.ts'
import { additionTask, bucketedBatches, shapesFor, taskExamples } from '../src/tasks.ts'
import { learn, report } from './learn.ts'

const task = additionTask({ digits: 3, reversed: true })
const examples = (part: 'training' | 'validation') => taskExamples(task, { as: 'decoder', part, seed: 1 })
const sets = [examples('training'), examples('validation')]
const shapes = shapesFor(sets, { batch: 128, atMost: 1 })
const [training, validation] = sets.map((set) => bucketedBatches(set, { shapes, seed: 1 }))
const model = new Llama({
  vocab: task.tokenizer.size,
  context: shapes[0].position,
  layer: 2,
  head: 4,
  model: 64,
  hidden: 256,
})

const engine = await cpu()
const settings = { steps: 1500, rate: 3e-3, leastRate: 0, schedule: 'cosine', warmup: 100, seed: 1 } as const
const objective = nextToken(model, { scores: ['exact'] })
const evaluations = await learn({ engine, objective, training, validation, ...settings, evaluateBatches: 1 })
engine.close()
const exact = evaluations.at(-1)?.exact ?? 0
report(exact >= 0.99, `${(100 * exact).toFixed(1)} % of 1,000 unseen sums are right; the target is 99 %.`)

// Grokking: first it learns the table by heart, and long after that the rule.
//
//   a + b mod 59, each number one symbol: 3,481 sums, of which it sees 40 %
//
// Soon it knows all the sums that it was shown, and half of the others (b + a is what a + b is). Weight decay goes on making it
// simpler, and a thousand steps later, all of a sudden, it knows every sum: adding on a circle takes less than a table.
//
// 13-grokking.ts looks inside while that happens. Power et al. 2022, "Grokking"; Nanda et al. 2023, "Progress measures for grokking".
// Read next: 08-dates.ts.

import { cpu, GPT2, nextToken } from '../src/index.ts'
import { bucketedBatches, modularAdditionTask, taskExamples } from '../src/tasks.ts'
import { learn, report } from './learn.ts'

const task = modularAdditionTask({ modulus: 59 })
const examples = (part: 'training' | 'validation') => taskExamples(task, { as: 'decoder', part, heldOut: 0.6, seed: 1 })
const [training, validation] = [examples('training'), examples('validation')].map((set) =>
  bucketedBatches(set, { batch: 512, seed: 1 }),
)
const model = new GPT2({ vocab: task.tokenizer.size, context: 3, layer: 1, head: 4, model: 64 })

const engine = await cpu()
const settings = { steps: 3000, rate: 1e-3, warmup: 50, decay: 1, beta2: 0.98, seed: 1, evaluateBatches: 1e6 } as const
const objective = nextToken(model, { scores: ['exact'] })
const evaluations = await learn({ engine, objective, training, validation, ...settings, evaluateEvery: 200 })
engine.close()
const exact = evaluations.at(-1)?.exact ?? 0
const knew = evaluations.find(({ training }) => training < 0.05)
const grew = evaluations.find(({ exact = 0 }) => exact > 0.95)
report(
  exact > 0.99 && knew !== undefined && grew !== undefined && grew.step > knew.step,
  `${(100 * exact).toFixed(1)} % of the unseen sums are right; the shown ones were known at step ${knew?.step}, the rule at step ${grew?.step}.`,
)

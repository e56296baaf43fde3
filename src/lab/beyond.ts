// Beyond the trained length: the loss where a model reads twice as many tokens as it ever saw at once.

import { windowBatches } from '../data/windows.ts'
import { Evaluator } from '../evaluate/evaluator.ts'
import { nextToken } from '../evaluate/objective.ts'
import type { After } from './trained.ts'

/** The number of tokens at the end of a text that count. */
const counted = 16

/** The loss (nats) on the last 16 of 2 · context tokens, as `beyond`. */
export const beyond: After = {
  name: 'beyond',
  seconds: 1,
  async measure({ model, engine, text, choices }) {
    const context = 2 * choices.context
    const batches = windowBatches({ ids: text.validation, context, batch: 16, seed: 0 })
    const evaluator = new Evaluator(engine, nextToken(model))
    const lastOnly = function* () {
      for (const { sizes, inputs } of batches.evaluation(20)) {
        const targets = inputs.targets.map((target, i) => (i % context < context - counted ? -1 : target))
        yield { sizes, inputs: { ...inputs, targets } }
      }
    }
    const { loss } = await evaluator.evaluate(lastOnly())
    await evaluator.close()
    return { numbers: { beyond: loss } }
  },
}

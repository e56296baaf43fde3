// What twice the length costs: a step of training with 2 · context tokens in each text, against one with context, in turns.

import { withSizes } from '../checkpoint/engineWeights.ts'
import { windowBatches } from '../data/windows.ts'
import { nextToken } from '../evaluate/objective.ts'
import { initialValues } from '../model/start.ts'
import { Trainer } from '../train/trainer.ts'
import { smallModel } from './smallModel.ts'
import type { After, TrainedSight } from './trained.ts'

/** Texts of a step, and the steps of each length of which the fastest counts. */
const [batch, turns] = [4, 30]

/** `time` and `memory`: those of a step of twice the length, as multiples of a step's. Memory is what the engine plans for values of a step. */
export const twiceAsLong: After = {
  name: `twice as long, ${turns} turns`,
  seconds: 2,
  measure: async (sight) => ({ numbers: await costsOfTwice(sight, turns) }),
}

/** The costs of a step of training at twice the length, as multiples of those at the length; the fastest of so many turns counts. */
export async function costsOfTwice(
  { engine, text, seed, choices }: Omit<TrainedSight, 'model'>,
  turns: number,
): Promise<{ time: number; memory: number }> {
  const open = async (context: number) => {
    const model = smallModel(choices, text.vocab)
    const batches = windowBatches({ ids: text.training, context, batch, seed })
    const settings = { accumulate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0, clip: 0, seed }
    const trainer = await Trainer.create(engine, nextToken(model), settings, batches)
    trainer.begin(withSizes(model, initialValues(model, seed)))
    return { trainer, batches, fastest: Infinity }
  }
  const lengths = [await open(choices.context), await open(2 * choices.context)]
  try {
    for (let turn = 0; turn < turns; turn++)
      for (const side of lengths) {
        const began = performance.now()
        await side.trainer.step([side.batches.at(turn)], 1e-3)
        await side.trainer.measure()
        side.fastest = Math.min(side.fastest, performance.now() - began)
      }
    const [once, twice] = lengths
    return {
      time: twice.fastest / once.fastest,
      memory: twice.trainer.plan.passing / once.trainer.plan.passing,
    }
  } finally {
    for (const { trainer } of lengths) await trainer.close()
  }
}

// A training step as `train` takes it, for whoever measures one: draw a batch, take the step, read the loss.

import { withSizes } from '../src/checkpoint/engineWeights.ts'
import type { Batch } from '../src/data/batch.ts'
import { initialValues } from '../src/model/start.ts'
import { small } from '../src/train/settings.ts'
import type { Trainer } from '../src/train/trainer.ts'

/** Begins with a model's first weights; what comes back takes a step each time, on the batch of its number. Throws for a loss that is none. */
export function takenSteps(
  trainer: Trainer,
  model: object,
  batchAt: (step: number) => Batch,
): () => Promise<{ readonly loss: number }> {
  trainer.begin(withSizes(model, initialValues(model, 0)))
  return async () => {
    await trainer.step([batchAt(trainer.taken)], small.training.rate)
    const { loss } = await trainer.measure()
    if (!Number.isFinite(loss)) throw new Error(`bench: the loss is ${loss} at step ${trainer.taken}.`)
    return { loss }
  }
}

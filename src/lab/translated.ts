// The experiment of table 3: a small transformer of 2017 learns to write dates, and is asked days that it has never seen.

import { withSizes } from '../checkpoint/engineWeights.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import { datesTask } from '../data/tasks/dates.ts'
import { taskExamples } from '../data/tasks/taskExamples.ts'
import { breather } from '../engine/breathe.ts'
import { targetSequence } from '../evaluate/objective.ts'
import { initialValues } from '../model/start.ts'
import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import { rateAt } from '../train/schedule.ts'
import { Trainer } from '../train/trainer.ts'
import type { Bench, LabSize, Measured, Variant } from './question.ts'
import { type SmallTranslator, smallTranslator } from './smallTranslator.ts'

/** Dates in three languages; the dates to learn from are few enough to be seen several times. */
const dates = { languages: ['en-GB', 'de', 'fr'], learnt: 2048, unseen: 512 } as const

/** One shape: compiling others would take longer than their padding costs. */
const shape = { batch: 32, source: 32, position: 11 } as const

const adam = { accumulate: 1, beta1: 0.9, beta2: 0.98, epsilon: 1e-9, decay: 0, clip: 0 } as const

/** The base of the table: what the paper has, in small. */
export const base: SmallTranslator & { readonly smoothing: number } = {
  layers: 2,
  model: 32,
  hidden: 128,
  heads: 4,
  key: 8,
  value: 8,
  dropout: 0.1,
  positions: 'sinusoidal',
  smoothing: 0.1,
}

/**
 * A variant of the table. It measures `perplexity` for a character of unseen days, `exact`, the share of these that are written without
 * a mistake, and `parameters`.
 */
export function translated(
  size: LabSize,
  some: Partial<typeof base> = {},
): Pick<Variant, 'setting' | 'seconds' | 'run'> {
  const choices = { ...base, ...some }
  const learning = { steps: size === 'full' ? 1000 : 250, rate: 5e-3, schedule: 'cosine', leastRate: 0 } as const
  return {
    setting: { kind: 'dates', model: { ...choices }, learning: { ...learning }, dates: { ...dates } },
    seconds: 1 + (learning.steps * choices.layers * choices.model) / 8000,
    run: (bench) => measured(bench, choices, { ...learning, warmup: learning.steps / 5 }),
  }
}

async function measured(
  { engine, seed, report }: Bench,
  { smoothing, ...choices }: typeof base,
  learning: Parameters<typeof rateAt>[1],
): Promise<Measured> {
  const task = datesTask(dates)
  const examples = (part: 'training' | 'validation', count: number) =>
    bucketedBatches(taskExamples(task, { as: 'pairs', part, count, seed: 1 }), { shapes: [shape], seed })
  const [training, unseen] = [examples('training', dates.learnt), examples('validation', dates.unseen)]
  const model = smallTranslator(choices, { vocab: task.tokenizer.size, context: shape.source })
  const objective = targetSequence(model, { scores: ['exact'], smoothing })
  const trainer = await Trainer.create(engine, objective, { ...adam, seed }, training)
  try {
    trainer.begin(withSizes(model, initialValues(model, seed)))
    const breathe = breather()
    for (let step = 0; step < learning.steps; step++) {
      await trainer.step([training.at(step)], rateAt(step, learning))
      if ((step + 1) % 50 === 0) report?.(step + 1, learning.steps)
      await breathe()
    }
    const { loss, exact = 0 } = await trainer.evaluate(unseen.evaluation())
    const parameters = [...parametersOf(model).values()].reduce((sum, { axes }) => sum + cells(axes), 0)
    return { numbers: { perplexity: Math.exp(loss), exact, parameters } }
  } finally {
    await trainer.close()
  }
}

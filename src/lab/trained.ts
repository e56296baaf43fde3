// The experiment of most questions: a small language model is trained on the text, and its loss is measured on what was held back.
//
// Equal seeds give equal batches, in equal order, whatever the model; and weights of equal names begin equal.

import { withSizes } from '../checkpoint/engineWeights.ts'
import { windowBatches } from '../data/windows.ts'
import { breather } from '../engine/breathe.ts'
import type { Engine } from '../engine/engine.ts'
import { nextToken } from '../evaluate/objective.ts'
import type { Decoder } from '../model/decoder.ts'
import { initialValues } from '../model/start.ts'
import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import { rateAt, type ScheduleName } from '../train/schedule.ts'
import { Trainer } from '../train/trainer.ts'
import type { LabText } from './labText.ts'
import type { Bench, LabSize, Measured, Variant } from './question.ts'
import { type SmallModel, usualModel } from './smallChoices.ts'
import { smallModel } from './smallModel.ts'

/** The training of a small model: Adam without decay or clipping. */
export interface SmallLearning {
  readonly steps: number
  readonly batch: number
  readonly rate: number
  readonly warmup: number
  readonly schedule: ScheduleName
  readonly smoothing: number
}

const usualLearning = (size: LabSize): SmallLearning => ({
  steps: size === 'full' ? 1000 : 400,
  batch: 16,
  rate: 1e-3,
  warmup: 0,
  schedule: 'constant',
  smoothing: 0,
})

/** Of Adam and of evaluations: the same for all experiments. */
const adam = { accumulate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay: 0, clip: 0 } as const
const evaluated = { training: 20, validation: 60 } as const
/** After so many steps the loss is read, to see whether it still is a number. */
const readEvery = 50

/** Something that is measured of a trained model, whose weights its engine still holds. */
export interface After {
  /** Part of the setting: measurements with other names are made anew. */
  readonly name: string
  readonly seconds?: number
  measure(sight: TrainedSight): Promise<Partial<Measured>>
}

export interface TrainedSight {
  readonly model: Decoder
  readonly engine: Engine
  readonly text: LabText
  readonly seed: number
  readonly choices: SmallModel
}

/**
 * A variant that trains a small model. It measures `loss` and `training`, the nats for every character of what was held back and of
 * what is learnt from, and `parameters`; after that whatever it is told. A training whose loss is no number any more ends, and all
 * its measures are NaN.
 */
export function trained(
  size: LabSize,
  {
    model: someOfModel = {},
    learning: someOfLearning = {},
    after = [],
  }: {
    readonly model?: Partial<SmallModel>
    readonly learning?: Partial<SmallLearning>
    readonly after?: readonly After[]
  } = {},
): Pick<Variant, 'setting' | 'seconds' | 'run'> {
  const choices = { ...usualModel, ...someOfModel }
  const learning = { ...usualLearning(size), ...someOfLearning }
  const names = after.map(({ name }) => name)
  return {
    setting: { kind: 'language model', model: { ...choices }, learning: { ...learning }, after: names },
    seconds: secondsOf(choices, learning) + after.reduce((sum, { seconds = 1 }) => sum + seconds, 0),
    run: (bench) => measured(bench, choices, learning, after),
  }
}

async function measured(
  { engine, seed, text, report }: Bench,
  choices: SmallModel,
  learning: SmallLearning,
  after: readonly After[],
): Promise<Measured> {
  const { steps, batch, smoothing } = learning
  const model = smallModel(choices, text.vocab)
  const sizes = { context: choices.context, batch, seed }
  const training = windowBatches({ ids: text.training, ...sizes })
  const validation = windowBatches({ ids: text.validation, ...sizes })
  const trainer = await Trainer.create(engine, nextToken(model, { smoothing }), { ...adam, seed }, training)
  const parameters = [...parametersOf(model).values()].reduce((sum, { axes }) => sum + cells(axes), 0)
  try {
    trainer.begin(withSizes(model, initialValues(model, seed)))
    const breathe = breather()
    const rates = { ...learning, leastRate: 0 }
    for (let step = 0; step < steps; step++) {
      await trainer.step([training.at(step)], rateAt(step, rates))
      if ((step + 1) % readEvery === 0 || step + 1 === steps) {
        if (!Number.isFinite((await trainer.measure()).loss)) return ruined(parameters)
        report?.(step + 1, steps)
      }
      await breathe()
    }
    const { loss } = await trainer.evaluate(validation.evaluation(evaluated.validation))
    if (!Number.isFinite(loss)) return ruined(parameters)
    const known = await trainer.evaluate(training.evaluation(evaluated.training))
    const found: Measured = { numbers: { loss, training: known.loss, parameters } }
    return await withMore(found, { model, engine, text, seed, choices }, after)
  } finally {
    await trainer.close()
  }
}

/** The result of a training whose numbers are none: nothing that it could have measured is known. */
const ruined = (parameters: number): Measured => ({
  numbers: { loss: Number.NaN, training: Number.NaN, parameters },
})

async function withMore(found: Measured, sight: TrainedSight, after: readonly After[]): Promise<Measured> {
  let all = found
  for (const { measure } of after) {
    const { numbers, curves, texts } = await measure(sight)
    all = {
      numbers: { ...all.numbers, ...numbers },
      curves: { ...all.curves, ...curves },
      texts: { ...all.texts, ...texts },
    }
  }
  return all
}

/** Numbers that a usual machine's thread multiplies and adds in a second, for models as small as these. */
const perSecond = 5.5e10

/** Six operations for every weight and token, and attention's own. */
function secondsOf({ layers, model, hidden, context }: SmallModel, { steps, batch }: SmallLearning): number {
  const perToken = 6 * (layers * (4 * model * model + 2 * model * hidden) + 80 * model) + 12 * layers * context * model
  return (steps * batch * context * perToken) / perSecond + 1
}

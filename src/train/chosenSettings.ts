// The settings that a run is given: completed, and checked before anything begins.

import { nearest } from '../text/spelling.ts'
import { usualRules } from './following.ts'
import { type BatchLearning, type TextLearning, usualBatch } from './learning.ts'
import { schedules } from './schedule.ts'
import { small, type TrainSettings } from './settings.ts'
import { checkAmount } from './trainer.ts'

type Names = readonly (keyof TrainSettings)[]

const names = Object.keys(small.training) as Names

/** Settings that are whole numbers, at least 1. */
const counts: Names = [
  'batch',
  'context',
  'steps',
  'evaluateEvery',
  'evaluateBatches',
  'checkpointEvery',
  'reportEvery',
]

/** The choice of a run's settings, whether it begins or goes on. */
export interface Choice {
  readonly given: Partial<TrainSettings>
  /** The usual settings for a run of this length and rate. */
  readonly usual: TrainSettings
  /** The sizes of the batches that are given; of a text, those of usual ones. */
  readonly sizes: { readonly batch: number; readonly context: number }
  /** True where the batches are given. */
  readonly isCut: boolean
}

/**
 * The settings that are given, and the usual ones.
 *
 * - `others`: the names of all that `train` may be given besides settings
 */
export function choiceOf(
  options: Partial<TrainSettings> & (TextLearning | BatchLearning),
  others: readonly string[],
): Choice {
  checkNames(Object.keys(options), [...names, ...others])
  const given: Partial<TrainSettings> = Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  )
  const sizes = usualBatch(options)
  const { steps = small.training.steps, rate = small.training.rate } = given
  const begun = { ...small.training, ...sizes, steps, rate }
  const usual = { ...begun, leastRate: usualRules.leastRate(begun), warmup: usualRules.warmup(begun) }
  return { given, usual, sizes, isCut: !('corpus' in options) }
}

/** Programs in JavaScript have no compiler that knows the names. */
function checkNames(given: readonly string[], known: readonly string[]): void {
  for (const name of given) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new Error(`train: there is no option "${name}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`)
  }
}

/** Throws for settings that mean nothing, or that do not fit what is learnt. */
export function checkSettings(settings: TrainSettings, { sizes, isCut }: Choice): void {
  for (const name of counts)
    if (!Number.isSafeInteger(settings[name]) || (settings[name] as number) < 1)
      throw new Error(`train: ${name} is ${settings[name]}; it must be a whole number, at least 1.`)
  for (const name of ['warmup', 'seed'] as const)
    if (!Number.isSafeInteger(settings[name]) || settings[name] < 0)
      throw new Error(`train: ${name} is ${settings[name]}; it must be a whole number, at least 0.`)
  for (const name of ['rate', 'leastRate'] as const) checkAmount(name, settings[name])
  const { schedule, rate, leastRate, batch, context } = settings
  if (!schedules.includes(schedule))
    throw new Error(
      `train: there is no schedule "${schedule}". Give ${schedules.map((name) => `"${name}"`).join(' or ')}.`,
    )
  if ((schedule === 'cosine' || schedule === 'linear') && leastRate > rate)
    throw new Error(
      `train: leastRate is ${leastRate}, above the rate, ${rate}: the learning rate would rise to its end. Give a smaller one, or none.`,
    )
  if (isCut) {
    if (batch !== sizes.batch || context !== sizes.context) throw isCutAlready(settings, sizes)
  } else if (context > sizes.context)
    throw new Error(`train: context is ${context}, but the model looks at ${sizes.context} positions at most.`)
}

function isCutAlready(settings: TrainSettings, sizes: { readonly batch: number; readonly context: number }): Error {
  const name = settings.batch === sizes.batch ? 'context' : 'batch'
  return new Error(
    `train: ${name} is ${settings[name]}, but the batches that are given have ${sizes[name]}. Leave it out, or make other batches.`,
  )
}

// The settings that a run is given: completed, and checked before anything begins.

import type { TrainingState } from '../checkpoint/training.ts'
import { nearest } from '../text/spelling.ts'
import { changed, usualRules } from './following.ts'
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

/** Settings that change what a run learns from, or by which chance: with others it would be another run. */
const lasting: Names = ['seed', 'context']

/**
 * The settings that were given; failing that, those of the run to go on from; failing that, the usual ones for a run of this
 * length and rate.
 *
 * - `others`: the names of all that `train` may be given besides settings
 * - `past`: the settings that the run to go on from had
 */
export function chosenSettings(
  options: Partial<TrainSettings> & (TextLearning | BatchLearning) & { readonly resume?: TrainingState },
  others: readonly string[],
  past: Partial<TrainSettings> = {},
): TrainSettings {
  checkNames(Object.keys(options), [...names, ...others])
  const { resume } = options
  const given: Partial<TrainSettings> = Object.fromEntries(
    names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]),
  )
  const sizes = usualBatch(options)
  const { steps = small.training.steps, rate = small.training.rate } = given
  const begun = { ...small.training, ...sizes, steps, rate }
  const usual = { ...begun, leastRate: usualRules.leastRate(begun), warmup: usualRules.warmup(begun) }
  if (!resume) return checked({ ...usual, ...given }, options)
  const isCut = !('corpus' in options)
  const kept: TrainSettings = {
    ...usual,
    ...past,
    seed: resume.seed,
    ...(isCut && { context: sizes.context }),
  }
  if (isCut && kept.batch !== sizes.batch) throw isDealtOtherwise(sizes.batch, kept.batch)
  const settings = checked(changed(kept, given), options)
  for (const name of lasting) if (settings[name] !== kept[name]) throw isAnother(name, settings, kept)
  return settings
}

/** The examples, empty rows included, that a run has been given: the place in its data. Of old runs it follows from their steps. */
export function examplesOf(
  { examples, step }: TrainingState,
  { batch, accumulate }: TrainSettings,
  past: Partial<TrainSettings>,
): number {
  const kept = { batch, accumulate, ...past }
  return examples ?? step * kept.accumulate * kept.batch
}

/** Programs in JavaScript have no compiler that knows the names. */
function checkNames(given: readonly string[], known: readonly string[]): void {
  for (const name of given) {
    if (known.includes(name)) continue
    const meant = nearest(name, known)
    throw new Error(`train: there is no option "${name}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`)
  }
}

function checked(settings: TrainSettings, learning: TextLearning | BatchLearning): TrainSettings {
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
  const sizes = usualBatch(learning)
  if ('corpus' in learning) {
    if (context > sizes.context)
      throw new Error(`train: context is ${context}, but the model looks at ${sizes.context} positions at most.`)
  } else if (batch !== sizes.batch || context !== sizes.context) throw isCutAlready(settings, sizes)
  return settings
}

function isCutAlready(settings: TrainSettings, sizes: { readonly batch: number; readonly context: number }): Error {
  const name = settings.batch === sizes.batch ? 'context' : 'batch'
  return new Error(
    `train: ${name} is ${settings[name]}, but the batches that are given have ${sizes[name]}. Leave it out, or make other batches.`,
  )
}

function isAnother(name: keyof TrainSettings, settings: TrainSettings, kept: TrainSettings): Error {
  return new Error(
    `train: the ${name} is ${settings[name]}, but the run to go on from has ${kept[name]}. Give the same, or begin anew.`,
  )
}

/** The error for batches of another size: the examples that such a run has seen are known as so many batches. */
function isDealtOtherwise(batch: number, kept: number): Error {
  return new Error(
    `train: the batches have ${batch} examples, but those of the run to go on from had ${kept}, by which its examples are dealt out. Make batches as large; accumulate may change.`,
  )
}

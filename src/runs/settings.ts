// The settings of a run's training: what is chosen, what a preset says, and what follows from that; of a run that goes on, what
// it had, and what follows from the changes.

import { changed, type Rules } from '../train/following.ts'
import { settingsFromJSON } from '../train/pastFromJSON.ts'
import { paperRate } from '../train/schedule.ts'
import { paper, small, type TrainSettings } from '../train/settings.ts'
import type { Stopped } from './beginning.ts'
import { captionSettings } from './captions.ts'
import type { Choices } from './choices.ts'
import { usualEpochSteps, usualInterval, usualSteps, usualTaskRate } from './defaults.ts'
import type { Learning } from './learning.ts'
import { pictureSettings, pictureSteps, usualShift } from './pictures.ts'
import { presetOf } from './presets.ts'
import { setting, settingError } from './settingError.ts'
import type { Source } from './source.ts'
import { wordSettings, wordSteps } from './word2vec.ts'

const names = Object.keys(small.training) as (keyof TrainSettings)[]

/** The settings that are chosen; the rest is left to the run. The context is the model's. */
function chosenOf(choices: Omit<Choices, 'tokenizer'>): Partial<TrainSettings> {
  const chosen = names.filter((name) => name !== 'context' && choices[name] !== undefined)
  return Object.fromEntries(chosen.map((name) => [name, choices[name]]))
}

/**
 * The settings of a run that begins.
 *
 * - `model`: the width of its stream
 * - `batch`: the examples of a batch
 * - `learning`: everything that it learns, and a context where that is a text
 */
export function settingsFor(
  choices: Choices,
  { source, model, batch, learning }: { source: Source; model: number; batch: number; learning: Learning },
): Partial<TrainSettings> {
  const preset = presetOf(choices)
  const words = choices.as === 'word2vec' ? wordSteps(choices, learning.stepsPerEpoch) : undefined
  const steps = choices.steps ?? words ?? preset?.steps ?? stepsFor(choices, { source, batch, learning })
  const settings = {
    ...usualSettings(choices, { isTask: source.kind === 'task', model, steps }),
    batch,
    ...('corpus' in learning.learning && { context: learning.learning.model.config.context }),
    steps,
    ...chosenOf(choices),
  }
  const { schedule, rate } = { ...small.training, ...settings }
  checkSchedule(choices, { schedule, rate, leastRate: settings.leastRate ?? 0 })
  const evaluateEvery = settings.evaluateEvery ?? preset?.evaluateEvery ?? usualInterval(steps)
  return { checkpointEvery: evaluateEvery, ...settings, evaluateEvery }
}

/** The settings of a preset, or else those of a task, of words or of pictures where they are not those of every training. */
function usualSettings(
  choices: Omit<Choices, 'tokenizer'>,
  { isTask, ...of }: { isTask: boolean; model: number; steps: number },
): Partial<TrainSettings> {
  if (choices.as === 'word2vec') return wordSettings(choices)
  if (choices.as === 'picture-classifier') return pictureSettings(of.steps)
  if (choices.as === 'clip') return captionSettings(of.steps)
  return { ...(isTask && { rate: usualTaskRate }), ...presetOf(choices)?.settings(of) }
}

/** Throws for a schedule and rates that do not go together, whatever the model will be. */
export function checkScheduleChoices(choices: Omit<Choices, 'tokenizer'>): void {
  // Of the paper's rates, which follow from the width and the steps, this is the highest.
  const highest = usualSettings(choices, { isTask: choices.task !== undefined, model: 1, steps: 1 })
  checkSchedule(choices, { ...small.training, leastRate: 0, ...highest, ...chosenOf(choices) })
}

function stepsFor(
  { accumulate = small.training.accumulate }: Choices,
  { source, batch, learning: { learning, stepsPerEpoch } }: { source: Source; batch: number; learning: Learning },
): number {
  if (source.kind === 'pictures') return pictureSteps(stepsPerEpoch)
  if (!('corpus' in learning)) return usualEpochSteps(stepsPerEpoch, source.kind === 'task')
  const { context } = learning.model.config
  return usualSteps(learning.corpus.training.length, batch * context * accumulate)
}

/** A setting that is not as it was. */
export interface Change {
  readonly setting: keyof TrainSettings | Aside
  readonly was: string | number
  readonly is: string | number
}

/** The numbers that a run remembers beside the settings of its training. */
type Aside = 'smoothing' | 'shift'

/** The values of these where a run does not say them. */
const unsaid: Readonly<Record<Aside, number>> = { smoothing: 0, shift: usualShift }

/**
 * The settings of a run that goes on, as far as they are chosen or follow from what is, and which of them are not as they were.
 *
 * - `model`: the width of its stream
 * - `aside`: the numbers that it remembers beside them, as they are now
 */
export function settingsOfStopped(
  choices: Choices,
  { name, training, record }: Pick<Stopped, 'name' | 'training' | 'record'>,
  { model, learning, aside }: { model: number; learning: Learning; aside: Readonly<Record<Aside, number>> },
): { readonly settings: Partial<TrainSettings>; readonly changes: readonly Change[] } {
  const before: TrainSettings = { ...small.training, ...settingsFromJSON(training.settings) }
  const { epochs } = choices
  const read = epochs === undefined ? undefined : wordSteps(choices, learning.stepsPerEpoch)
  const steps = choices.steps ?? read ?? before.steps
  if (steps <= training.step)
    throw settingError`${name}: the run has taken its ${training.step} steps already. Give more to go on: ${setting('steps')} ${2 * training.step}.`
  const { batch = before.batch } = choices
  if (!('corpus' in learning.learning) && batch !== before.batch)
    throw settingError`${name}: ${setting('batch')} is ${batch}, but the run to go on with has ${before.batch}, by which its examples are dealt out. Leave it out; ${setting('accumulate')} may change.`
  const chosen = chosenOf({ ...choices, ...(read !== undefined && { steps }) })
  const after = changed(before, chosen, followingRules(before.schedule, model))
  const settings = { ...differing(after, before), ...chosen }
  checkSchedule(choices, changed(before, settings))
  const beside = (Object.keys(unsaid) as Aside[]).map((name) => ({
    setting: name,
    was: record?.[name] ?? unsaid[name],
    is: aside[name],
  }))
  return { settings, changes: [...changesOf(before, changed(before, settings)), ...beside.filter(hasChanged)] }
}

const hasChanged = ({ was, is }: Change): boolean => was !== is

function changesOf(
  before: TrainSettings,
  after: TrainSettings,
): (Change & { readonly setting: keyof TrainSettings })[] {
  return names
    .filter((name) => after[name] !== before[name])
    .map((name) => ({ setting: name, was: before[name], is: after[name] }))
}

/** The settings that are not as they were. */
function differing(settings: TrainSettings, before: TrainSettings): Partial<TrainSettings> {
  return Object.fromEntries(changesOf(before, settings).map(({ setting, is }) => [setting, is]))
}

/** Throws for a rate at the end that the schedule has no use for, or would rise to. */
function checkSchedule(
  choices: Pick<Choices, 'leastRate'>,
  { schedule, rate, leastRate }: Pick<TrainSettings, 'schedule' | 'rate' | 'leastRate'>,
): void {
  const falls = schedule === 'cosine' || schedule === 'linear'
  const name = setting('leastRate')
  if (choices.leastRate !== undefined && !falls)
    throw settingError`${name} is where cosine and linear end, but the schedule is ${schedule}. Leave it out, or change ${setting('schedule')}.`
  if (falls && leastRate > rate)
    throw settingError`${name} is ${leastRate}, above the highest learning rate, ${rate}: it would rise to its end. Give a smaller ${name}.`
}

/** Settings that follow from others in a run beyond those that always do; in the paper's schedule, warm-up and height too. */
function followingRules(schedule: TrainSettings['schedule'], model: number): Rules {
  const inPaper: Rules = {
    warmup: ({ steps }) => paper({ model, steps }).training.warmup,
    rate: ({ warmup }) => paperRate({ model, warmup }),
  }
  return {
    ...(schedule === 'paper' && inPaper),
    evaluateEvery: ({ steps }) => usualInterval(steps),
    checkpointEvery: ({ evaluateEvery }) => evaluateEvery,
  }
}

// A run that is watched: what of it is looked at, on which text, at which steps, and how many bytes that makes.

import type { Batch } from '../data/batch.ts'
import type { Engine } from '../engine/engine.ts'
import type { Objective } from '../evaluate/objective.ts'
import { lookBytes, type RecordHead, recordHead } from '../inspect/watch/record.ts'
import { type StepChoice, watchSteps } from '../inspect/watch/steps.ts'
import { Watcher } from '../inspect/watch/watcher.ts'
import type { InputValues } from '../model/inputValues.ts'
import type { AnyModel } from '../model/language.ts'
import { needed, varyingAxis } from '../model/reads.ts'
import { asBatches, usualBatch } from '../train/learning.ts'
import { settingsFromJSON } from '../train/pastFromJSON.ts'
import { small, type TrainSettings } from '../train/settings.ts'
import type { PreparedRun } from './prepareRun.ts'
import { setting, settingError } from './settingError.ts'

/** The choices of what is watched. */
export interface WatchChoices extends StepChoice {
  /** Scores and addresses, as a watcher takes them. */
  readonly what: readonly string[]
  /** The text that is looked at; the beginning of what is held back if not given. */
  readonly text?: string | undefined
  /** The most bytes that are kept; 100 MB if not given. */
  readonly limit?: number | undefined
}

/** A run's watcher, and what it will keep. */
export interface RunWatch {
  readonly watcher: Watcher
  readonly head: RecordHead
  readonly at: (step: number) => boolean
  /** The looks of the whole run, and their bytes with all that says what they are. */
  readonly looks: number
  readonly bytes: number
}

const usualLimit = 100e6

/** The looks of a run where nobody says how many. */
const usualLooks = 40

/**
 * The watch of a run.
 *
 * - `kept`: the head of the record that it goes on with
 *
 * Throws as a watcher does, for a text that the run cannot be given, and where more bytes than `limit` would be kept.
 */
export async function watchFor(
  run: PreparedRun,
  engine: Engine,
  { text, limit = usualLimit, ...choices }: WatchChoices,
  kept?: RecordHead,
): Promise<RunWatch> {
  const settings = settingsOf(run)
  const { objective, validation } = asBatches(run.learning, settings, 0)
  const batch = askedBatch(validation.evaluation(1), validation.evaluation())
  const { what } = kept ?? choices
  const inputs = kept?.inputs ?? (text === undefined ? exampleIn(batch, run.model) : textFor(run, text))
  const watcher = await Watcher.create({ engine, objective: objectiveOf(objective), what, inputs, batch })
  const steps = stepsFor(kept ?? choices, settings.steps)
  const head = { what, ...steps, inputs, watched: watcher.watched }
  const at = watchSteps(steps)
  const looks = Array.from({ length: settings.steps + 1 }, (_, step) => step).filter(at).length
  if (looks === 0) {
    await watcher.close()
    throw settingError`watch: none of the steps that are chosen is one of the run's, which are 0 to ${settings.steps}. Look at others (${setting('watchAt')}), or every so many (${setting('watchEvery')}).`
  }
  const bytes = recordHead(head).length + looks * lookBytes(head)
  if (bytes > limit) {
    await watcher.close()
    throw settingError`watch: ${looks} looks would keep ${amount(bytes)} in all, but the limit is ${amount(limit)}. Look at fewer steps or places, or raise ${setting('watchLimit')}.`
  }
  return { watcher, head, at, looks, bytes }
}

/** The settings with which a run will be trained. */
function settingsOf({ settings, learning, resume }: PreparedRun): TrainSettings {
  return {
    ...small.training,
    ...usualBatch(learning),
    ...(resume && settingsFromJSON(resume.settings)),
    ...(resume && { seed: resume.seed }),
    ...settings,
  }
}

/** The steps as they are chosen; about forty looks where nothing is said. */
const stepsFor = ({ every, at }: StepChoice, steps: number): StepChoice =>
  every === undefined && at === undefined
    ? { every: Math.max(1, Math.round(steps / usualLooks)) }
    : { ...(every !== undefined && { every }), ...(at !== undefined && { at }) }

/** The objective without smoothing: a loss is that of an evaluation. */
function objectiveOf({ smoothing: _, ...objective }: Objective): Objective {
  return objective
}

/** The first batch of an evaluation in which something is asked. */
function askedBatch(first: Iterable<Batch>, all: Iterable<Batch>): Batch {
  for (const batches of [first, all])
    for (const batch of batches)
      if ((batch.inputs['targets'] ?? batch.inputs['labels'])?.some((target) => target >= 0) ?? true) return batch
  throw new Error('watch: nothing is asked in what is held back. Give more of it, or longer examples.')
}

/** The first example of a batch, without what fills it up. */
function exampleIn({ inputs, sizes }: Batch, { reads }: AnyModel): InputValues {
  const rows = sizes['batch'] ?? 1
  const names = Object.keys(reads).filter((name) => name in inputs)
  return Object.fromEntries(
    names.map((name) => {
      const row = inputs[name].subarray(0, inputs[name].length / rows)
      const axis = varyingAxis(reads[name])
      if (axis === undefined) return [name, row]
      const ids = reads[name].below === undefined ? undefined : row
      return [name, row.subarray(0, (row.length / (sizes[axis] ?? 1)) * lengthOf(axis, ids))]
    }),
  )

  /** The length of the example along an axis: as it says, or else as far as something is asked, or else as far as there are tokens. */
  function lengthOf(axis: string, ids: ArrayLike<number> | undefined): number {
    const said = inputs[axis === 'source' ? 'sourceLengths' : 'lengths']
    if (said) return said[0]
    const targets = axis === 'position' ? inputs['targets']?.subarray(0, sizes['position']) : undefined
    const places = targets?.some((target) => target >= 0) ? targets : ids
    return places ? Array.from(places).findLastIndex((id) => id >= 0) + 1 : (sizes[axis] ?? 1)
  }
}

/** A text as the model of a run reads it. Throws for one that is too long, and for a model that reads something else. */
function textFor({ tokenizer, model, as, features, preparation }: PreparedRun, text: string): InputValues {
  if (features ?? preparation)
    throw settingError`watch: the model ${features ? 'hears sounds' : 'sees pictures'}, but ${setting('watchText')} is a text. Leave it out: the first example that is held back is looked at.`
  if (as === 'encoder-decoder')
    throw settingError`watch: a translator reads a source and a target, but ${setting('watchText')} is one text. Leave it out: the first pair that is held back is looked at.`
  const ids = tokenizer.encode(text)
  const unread = needed(model.reads).find((name) => name !== 'ids')
  if (unread !== undefined)
    throw settingError`watch: the model reads ${unread} besides a text. Leave out ${setting('watchText')}.`
  return { ids }
}

const amount = (bytes: number): string => (bytes < 1e5 ? `${bytes} bytes` : `${(bytes / 1e6).toFixed(1)} MB`)

// A run that goes on: its settings, with others in their place where some are given, its place in the data and its past.

import type { TrainingState } from '../checkpoint/training.ts'
import type { Choice } from './chosenSettings.ts'
import { changed } from './following.ts'
import type { TrainingHistory } from './history.ts'
import { historyFromJSON, settingsFromJSON } from './pastFromJSON.ts'
import type { TrainSettings } from './settings.ts'

/** Settings that change what a run learns from, or by which chance: with others it would be another run. */
const lasting = ['seed', 'context'] as const satisfies readonly (keyof TrainSettings)[]

/** A run as it goes on. */
export interface Resumed {
  /** The settings that were given; failing that, those of the run; failing that, the usual ones. */
  readonly settings: TrainSettings
  /** The examples, empty rows included, that it has been given: the place in its data. */
  readonly examples: number
  readonly history: TrainingHistory
}

/** The run to go on with from a state. Throws for a state that is damaged, and for settings with which it would be another run. */
export function resumed(state: TrainingState, { given, usual, sizes, isCut }: Choice): Resumed {
  const past = settingsFromJSON(state.settings)
  const kept = { ...usual, ...past, seed: state.seed, ...(isCut && { context: sizes.context }) }
  if (isCut && kept.batch !== sizes.batch) throw isDealtOtherwise(sizes.batch, kept.batch)
  const settings = changed(kept, given)
  for (const name of lasting) if (settings[name] !== kept[name]) throw isAnother(name, settings, kept)
  // Of old runs the place follows from their steps.
  const { batch, accumulate } = { ...settings, ...past }
  const { examples = state.step * accumulate * batch } = state
  return { settings, examples, history: historyFromJSON(state.history) }
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

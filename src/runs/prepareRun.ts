// From choices to a run, one stage after the other: source → processor → model → learning → settings. The source comes first, read from
// files (disk/beginRun.ts) or brought by whoever calls. What the model reads and writes stands in processor.ts.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import type { FolderFiles } from '../checkpoint/folderFiles.ts'
import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Processor } from '../checkpoint/processor.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import { toldLeftOut } from '../data/leftOut.ts'
import { seeing } from '../encode/seen.ts'
import type { AnyModel } from '../model/language.ts'
import { small, type TrainSettings } from '../train/settings.ts'
import { type Beginning, fresh } from './beginning.ts'
import { captionLearning } from './captions.ts'
import { checkChoices } from './checkChoices.ts'
import type { Choices } from './choices.ts'
import { checkBecomes, newMeaning, usualBecoming } from './fineTuning.ts'
import { type Learner, type Learning, learningFor } from './learning.ts'
import { checkMeaning } from './meaning.ts'
import { modelFor } from './model.ts'
import { keptPictures, pictureLearning, usualShiftFor } from './pictures.ts'
import { presetOf } from './presets.ts'
import { processorFor } from './processor.ts'
import { checkSameText, recordOfSource, type SourceRecord } from './record.ts'
import { recordingLearning } from './recordings.ts'
import { setting, settingError } from './settingError.ts'
import { type Change, settingsFor, settingsOfStopped } from './settings.ts'
import { checkLearnsFrom, type Source, usualAs } from './source.ts'
import { wordLearning } from './word2vec.ts'

/** Everything that training a run needs, checked before it begins. */
export interface PreparedRun extends Learning, Processor {
  readonly as: RunKind
  readonly blueprint: Blueprint
  readonly model: AnyModel
  readonly settings: Partial<TrainSettings>
  readonly source: Source
  readonly record: SourceRecord
  /** The weights to begin with, and the folder that they came from. */
  readonly weights?: Weights
  readonly from?: FolderFiles
  readonly resume?: TrainingState
  /** The settings that are not as they were when the run was stopped. */
  readonly changes: readonly Change[]
  /** Warnings of what the folder that it began from says, or holds, that is not used. */
  readonly warnings: readonly string[]
}

/** The kind of model that a run trains. Throws for another than that of a run that goes on, and for choices that mean nothing for it. */
export function kindFor(choices: Choices, beginning: Beginning): RunKind {
  const as = kindOf(choices, beginning)
  checkMeaning(choices, as)
  return as
}

function kindOf({ as, task }: Choices, beginning: Beginning): RunKind {
  if (beginning.kind === 'new') return as ?? usualAs({ task })
  if (beginning.kind === 'learnt') {
    const becomes = as ?? usualBecoming(beginning)
    checkBecomes(beginning, becomes)
    return becomes
  }
  const { name, blueprint } = beginning
  const { trainedAs: kind, name: held } = blueprint.architecture
  if (kind === undefined)
    throw settingError`${name}: it holds a ${held}, which is not trained here. Train another run ${setting('from')} it.`
  if (as === undefined || as === kind) return kind
  throw settingError`${name}: it was trained ${setting('as')} ${kind}, not ${as}. Leave out ${setting('as')}, or begin a new run with ${setting('out')}.`
}

/**
 * Prepares a run.
 *
 * - `given`: the data that it learns from; of a run that goes on, the same as before
 * - `beginning`: the learnt model or the stopped run that it begins with, if not with chance alone
 *
 * Throws for choices that contradict one another, and for what the source, the model or the run do not allow.
 */
export async function prepareRun(choices: Choices, given: Source, beginning: Beginning = fresh): Promise<PreparedRun> {
  const source = given.kind === 'pictures' ? { ...given, ...keptPictures(given, beginning) } : given
  checkChoices({ ...choices, task: source.kind === 'task' ? source.task.name : undefined }, beginning)
  const as = kindFor({ ...choices, task: source.kind === 'task' ? source.task.name : undefined }, beginning)
  checkLearnsFrom(as, source)
  const record = await recordOfSource(source, choices)
  const kept = beginning.kind === 'stopped' ? beginning.record : undefined
  if (beginning.kind === 'stopped') checkSameText(record, kept, beginning.name)
  const processor = processorFor(as, choices, source, beginning)
  const { batch, ...planned } = modelFor(as, choices, { source, processor, beginning })
  const model = seeing(planned.blueprint.build(), processor.preparation)
  const smoothing = choices.smoothing ?? kept?.smoothing ?? presetOf(choices)?.smoothing ?? 0
  const shift = choices.shift ?? kept?.shift ?? usualShiftFor(model)
  const seed = beginning.kind === 'stopped' ? beginning.training.seed : (choices.seed ?? small.training.seed)
  const learner: Learner = { ...planned, ...processor, as, model, batch, seed, smoothing, shift }
  const learning = learningOf(source, learner)
  const width = planned.blueprint.sizes.model
  return {
    ...planned,
    ...learning,
    ...processor,
    as,
    model,
    source,
    record: {
      ...record,
      ...(smoothing !== 0 && { smoothing }),
      ...(source.kind === 'pictures' && { shift }),
    },
    ...(beginning.kind === 'stopped'
      ? {
          ...settingsOfStopped(choices, beginning, { model: width, learning, aside: { smoothing, shift } }),
          resume: beginning.training,
        }
      : { settings: settingsFor({ ...choices, as }, { source, model: width, batch, learning }), changes: [] }),
    ...(beginning.kind === 'learnt' && { from: beginning.from }),
    warnings: [
      ...leftOutOf(source),
      ...(beginning.kind === 'learnt' ? [...beginning.warnings, ...newMeaning(beginning, as)] : []),
    ],
  }
}

/** Sentences about what of a source is left out. */
function leftOutOf(source: Source): readonly string[] {
  if (source.kind === 'recordings') return toldLeftOut(source.leftOut, 'recordings')
  if (source.kind === 'drawings') return toldLeftOut(source.leftOut ?? [], 'pictures')
  return source.kind === 'pictures' ? [...(source.leftOut ?? []), ...toldLeftOut(source.broken ?? [], 'pictures')] : []
}

function learningOf(source: Source, learner: Learner): Learning {
  if (source.kind === 'recordings') return recordingLearning(source, learner)
  if (source.kind === 'pictures') return pictureLearning(source, learner)
  if (learner.as === 'clip' && source.kind === 'drawings') return captionLearning(source, learner)
  if (learner.as === 'word2vec' && source.kind === 'text') return wordLearning(source.text, learner)
  return learningFor(source, learner)
}

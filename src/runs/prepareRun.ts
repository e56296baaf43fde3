// From choices to a run, one stage after the other: source → tokenizer (and codec) → model → learning → settings. The source comes first,
// read from files (disk/beginRun.ts) or brought by whoever calls.

import type { Blueprint } from '../checkpoint/blueprint.ts'
import type { FeatureExtractor } from '../checkpoint/featureExtractor.ts'
import type { FolderFiles } from '../checkpoint/folderFiles.ts'
import type { RunKind } from '../checkpoint/newConfig.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import type { Codec } from '../data/codec.ts'
import type { AnyModel } from '../model/language.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import { small, type TrainSettings } from '../train/settings.ts'
import { type Beginning, fresh } from './beginning.ts'
import { checkChoices } from './checkChoices.ts'
import type { Choices } from './choices.ts'
import { codecFor } from './codec.ts'
import { newMeaning } from './fineTuning.ts'
import { type Learner, type Learning, learningFor } from './learning.ts'
import { modelFor } from './model.ts'
import { presetOf } from './presets.ts'
import { checkSameText, recordOfSource, type SourceRecord } from './record.ts'
import { featureExtractorFor, leftOutOf, recordingLearning } from './recordings.ts'
import { setting, settingError } from './settingError.ts'
import { type Change, settingsFor, settingsOfStopped } from './settings.ts'
import { checkLearnsFrom, type Source, usualAs } from './source.ts'
import { tokenizerFor } from './tokenizer.ts'
import { wordLearning } from './word2vec.ts'

/** Everything that training a run needs, checked before it begins. */
export interface PreparedRun extends Learning {
  readonly as: RunKind
  readonly blueprint: Blueprint
  readonly model: AnyModel
  readonly tokenizer: Tokenizer
  /** The codec that it writes in, where that is no text: then the tokenizer is for what it reads. */
  readonly codec?: Codec | undefined
  /** The feature extractor of a model that hears. */
  readonly features?: FeatureExtractor | undefined
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

/** The kind of model that a run trains. Throws for another than that of a run that goes on. */
export function kindFor({ as, task }: Choices, beginning: Beginning): RunKind {
  if (beginning.kind === 'new') return as ?? usualAs({ task })
  const { name, blueprint } = beginning
  const { trainedAs: kind, name: held } = blueprint.architecture
  if (beginning.kind === 'learnt') return as ?? kind ?? 'decoder'
  if (kind === undefined)
    throw settingError`${name}: it holds a ${held}, which is not trained here. Train another run ${setting('from')} it.`
  if (as === undefined || as === kind) return kind
  throw settingError`${name}: it was trained ${setting('as')} ${kind}, not ${as}. Leave out ${setting('as')}, or begin a new run with ${setting('out')}.`
}

/**
 * Prepares a run.
 *
 * - `source`: the data that it learns from; of a run that goes on, the same as before
 * - `beginning`: the learnt model or the stopped run that it begins with, if not with chance alone
 *
 * Throws for choices that contradict one another, and for what the source, the model or the run do not allow.
 */
export async function prepareRun(choices: Choices, source: Source, beginning: Beginning = fresh): Promise<PreparedRun> {
  checkChoices({ ...choices, task: source.kind === 'task' ? source.task.name : undefined }, beginning)
  const as = kindFor({ ...choices, task: source.kind === 'task' ? source.task.name : undefined }, beginning)
  checkLearnsFrom(as, source)
  const record = await recordOfSource(source, choices)
  if (beginning.kind === 'stopped') checkSameText(record, beginning.record, beginning.name)
  const tokenizer = tokenizerFor(as, choices, source, beginning)
  const codec = codecFor(as, choices, source, beginning)
  const features = featureExtractorFor(as, source, beginning)
  const { batch, ...planned } = modelFor(as, choices, { source, tokenizer, codec, features, beginning })
  const model = planned.blueprint.build()
  const smoothing = smoothingFor(choices, beginning)
  const seed = beginning.kind === 'stopped' ? beginning.training.seed : (choices.seed ?? small.training.seed)
  const learner: Learner = { ...planned, as, model, tokenizer, codec, features, batch, seed, smoothing }
  const learning = learningOf(source, learner)
  const width = planned.blueprint.sizes.model
  return {
    ...planned,
    ...learning,
    as,
    model,
    tokenizer,
    codec,
    features,
    source,
    record: smoothing === 0 ? record : { ...record, smoothing },
    ...(beginning.kind === 'stopped'
      ? { ...settingsOfStopped(choices, beginning, { model: width, learning, smoothing }), resume: beginning.training }
      : { settings: settingsFor({ ...choices, as }, { source, model: width, batch, learning }), changes: [] }),
    ...(beginning.kind === 'learnt' && { from: beginning.from }),
    warnings: [
      ...(source.kind === 'recordings' ? leftOutOf(source) : []),
      ...(beginning.kind === 'learnt' ? [...beginning.warnings, ...newMeaning(beginning, as)] : []),
    ],
  }
}

function learningOf(source: Source, learner: Learner): Learning {
  if (source.kind === 'recordings') return recordingLearning(source, learner)
  if (learner.as === 'word2vec' && source.kind === 'text') return wordLearning(source.text, learner)
  return learningFor(source, learner)
}

/** The share of every target that is given to all entries alike. */
function smoothingFor(choices: Choices, beginning: Beginning): number {
  const usual = beginning.kind === 'stopped' ? beginning.record?.smoothing : presetOf(choices)?.smoothing
  return choices.smoothing ?? usual ?? 0
}

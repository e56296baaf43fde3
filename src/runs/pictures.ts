// A run that learns to tell pictures apart: from labelled pictures to everything that its training needs.
//
//   pictures → how they are prepared → a ViT → batches, moved by a pixel → settings
//
// It has no tokenizer: beside the weights its folder says how pictures are prepared (preprocessor_config.json).

import type { Blueprint } from '../checkpoint/blueprint.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import { classifyingViT } from '../checkpoint/vit.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import { type LabelledPictures, pictureExamples, pictureStatistics } from '../data/pictures.ts'
import { classification } from '../evaluate/objective.ts'
import type { PictureSize } from '../image/picture.ts'
import type { Preparation } from '../image/prepare.ts'
import type { AnyModel, ClassifyingModel } from '../model/language.ts'
import { cells } from '../tensor/axes.ts'
import { parametersOf } from '../tensor/names.ts'
import { sha256Of } from '../text/digest.ts'
import { settingsFromJSON } from '../train/pastFromJSON.ts'
import { small, type TrainSettings } from '../train/settings.ts'
import { labelBaselines } from './baselines.ts'
import type { Choices } from './choices.ts'
import { usualInterval } from './defaults.ts'
import type { Learning } from './learning.ts'
import { checkSameText, type SourceRecord } from './record.ts'
import { setting, settingError } from './settingError.ts'
import { type Change, settingsOfStopped } from './settings.ts'

/** Choices for a run of pictures: those of every run that have a meaning here, and its own. */
export interface PictureChoices
  extends Pick<Choices, 'layer' | 'head' | 'model' | 'hidden' | 'patch' | 'dropout' | 'smoothing'>,
    Partial<{ readonly [K in keyof TrainSettings]: TrainSettings[K] | undefined }> {
  /** The most pixels by which a picture is moved in training; 1 if not given. */
  readonly shift?: number | undefined
}

/** A run of pictures that was stopped. */
export interface StoppedPictures {
  readonly name: string
  readonly blueprint: Blueprint
  readonly preparation: Preparation
  readonly training: TrainingState
  readonly record: SourceRecord | undefined
}

export interface PictureRun extends Learning {
  readonly blueprint: Blueprint
  readonly model: AnyModel
  readonly preparation: Preparation
  readonly settings: Partial<TrainSettings>
  readonly record: SourceRecord
  readonly resume?: TrainingState
  readonly changes: readonly Change[]
  /** The number of its parameters. */
  readonly parameters: number
  readonly labels: readonly string[]
}

/** The most patches that a picture is cut into where nobody says how large they are. */
const usualPicturePatches = 36

/** The pixels by which pictures are moved in training. */
const usualShift = 1

/** The longest edge of the pictures that are read where they are not all of one size. */
const usualEdge = 64

/**
 * Prepares a run.
 *
 * - `name`: the folder of the pictures, as it was named
 * - `stopped`: the run that it goes on with
 *
 * Throws for choices that do not fit, and where a run would go on with other pictures.
 */
export async function preparePictureRun(
  choices: PictureChoices,
  pictures: LabelledPictures,
  name: string,
  stopped?: StoppedPictures,
): Promise<PictureRun> {
  const record = await recordOfPictures(pictures, name)
  if (stopped) checkSameText(record, stopped.record, stopped.name)
  const preparation = stopped?.preparation ?? preparationFor(pictures)
  const { labels } = stopped?.blueprint.config ?? pictures
  const blueprint = stopped?.blueprint ?? blueprintFor(choices, preparation, pictures.labels)
  const model = blueprint.build()
  const kept = stopped && settingsFromJSON(stopped.training.settings)
  const batch = choices.batch ?? kept?.batch ?? usual.batch
  const shift = choices.shift ?? stopped?.record?.shift ?? usualShift
  const seed = stopped?.training.seed ?? choices.seed ?? small.training.seed
  const training = pictureExamples(pictures.training, { preparation, shift, seed })
  const validation = pictureExamples(pictures.validation, { preparation })
  const batches = bucketedBatches(training, { batch, seed })
  const numbers = (part: LabelledPictures['training']): number[] => part.map(({ label }) => label)
  const smoothing = choices.smoothing ?? stopped?.record?.smoothing ?? 0
  const learning: Learning = {
    learning: {
      objective: classification(model as ClassifyingModel, { smoothing, scores: ['accuracy'] }),
      training: batches,
      validation: bucketedBatches(validation, { batch, seed }),
    },
    baselines: labelBaselines(numbers(pictures.training), numbers(pictures.validation), pictures.labels.length),
    counts: { training: training.count, validation: validation.count, tooLong: 0 },
    unit: 'token',
    stepsPerEpoch: batches.stepsPerEpoch,
  }
  return {
    ...learning,
    blueprint,
    model,
    preparation,
    labels: labels ?? pictures.labels,
    record: { ...record, shift, ...(smoothing !== 0 && { smoothing }) },
    parameters: [...parametersOf(model).values()].reduce((sum, { axes }) => sum + cells(axes), 0),
    ...(stopped
      ? {
          ...settingsOfStopped(choices, stopped, { model: blueprint.sizes.model, learning, smoothing }),
          resume: stopped.training,
        }
      : { settings: settingsFor(choices, learning.stepsPerEpoch), changes: [] }),
  }
}

/** The settings with which a small ViT learns well; docs/log.md has what was tried. */
const usual = { batch: 64, rate: 2e-3, leastRate: 0, decay: 0.05, beta2: 0.98 } as const

/** The settings of a new run: those that are chosen, and what suits pictures. It reads them 10 times, in 300 to 4000 steps. */
function settingsFor(choices: PictureChoices, stepsPerEpoch: number): Partial<TrainSettings> {
  const names = Object.keys(small.training) as (keyof TrainSettings)[]
  const chosen = Object.fromEntries(
    names.filter((each) => each !== 'context' && choices[each] !== undefined).map((each) => [each, choices[each]]),
  )
  const steps = choices.steps ?? Math.min(4000, Math.max(300, 10 * stepsPerEpoch))
  const evaluateEvery = choices.evaluateEvery ?? usualInterval(steps)
  const warmup = Math.min(200, Math.ceil(steps / 10))
  return { ...usual, steps, warmup, checkpointEvery: evaluateEvery, ...chosen, evaluateEvery }
}

/** The way that pictures are prepared: in grey where all are, at their own size where they share one, and normalised by themselves. */
function preparationFor({ training, validation }: LabelledPictures): Preparation {
  const all = [...training, ...validation].map(({ picture }) => picture)
  const channels = all.every(({ channels }) => channels <= 2) ? 1 : 3
  const [{ width, height }] = all
  const areAlike = all.every((each) => each.width === width && each.height === height)
  const size: PictureSize =
    areAlike && Math.max(width, height) <= usualEdge ? { width, height } : { width: usualEdge, height: usualEdge }
  const sized: Preparation = { channels, resize: { size, filter: 'bilinear' }, scale: 1 / 255 }
  return { ...sized, ...pictureStatistics(training, sized) }
}

function blueprintFor(
  choices: PictureChoices,
  { channels, resize }: Preparation,
  labels: readonly string[],
): Blueprint {
  if (!resize || 'shortest' in resize.size) throw new Error('pictures: they are prepared to no one size. Give one.')
  const { width: across, height: down } = resize.size
  const side = choices.patch ?? usualSide(down, across)
  if (side > Math.min(down, across))
    throw settingError`${setting('patch')} is ${side}, but the pictures are ${across} × ${down} pixels. Give a smaller one.`
  const { layer = 4, model = 96, head = usualHeads(model), hidden = 2 * model, dropout = 0 } = choices
  const sizes = { picture: { channel: channels, down, across }, patch: { down: side, across: side } }
  return classifyingViT.blueprint({
    ...sizes,
    ...{ layer, head, model, hidden, dropout, class: labels.length, labels },
    activation: 'gelu',
    epsilon: 1e-6,
  }) as unknown as Blueprint
}

/** Four heads, where the model can be divided among them. */
const usualHeads = (model: number): number => [4, 3, 2, 1].find((heads) => model % heads === 0) ?? 1

/** The side of the smallest patches that fill a picture and are not too many. */
function usualSide(down: number, across: number): number {
  const sides = Array.from({ length: Math.min(down, across) }, (_, i) => i + 1)
  const isFew = (side: number): boolean => Math.floor(down / side) * Math.floor(across / side) <= usualPicturePatches
  return sides.find((side) => isFew(side) && down % side === 0 && across % side === 0) ?? sides.find(isFew) ?? 1
}

/** The record of the pictures that a run learns from: how many, and a digest of all. */
async function recordOfPictures({ training, validation }: LabelledPictures, name: string): Promise<SourceRecord> {
  const all = [...training, ...validation]
  const bytes = new Uint8Array(all.reduce((sum, { picture }) => sum + picture.pixels.length + 1, 0))
  let at = 0
  for (const { picture, label } of all) {
    bytes.set(picture.pixels, at)
    at += picture.pixels.length
    bytes[at++] = label
  }
  const told = name === 'mnist' ? { files: [], task: name } : { files: [name] }
  return { ...told, characters: all.length, sha256: await sha256Of(bytes) }
}

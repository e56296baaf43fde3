// Runs that learn to tell pictures apart: how these are prepared, what a new model sees of them, what it learns, and its settings.

import type { NewSizes, RunKind } from '../checkpoint/newConfig.ts'
import { bucketedBatches } from '../data/bucketed.ts'
import type { Examples } from '../data/examples.ts'
import { type LabelledPicture, type LabelledPictures, pictureExamples, pictureStatistics } from '../data/pictures.ts'
import { classification } from '../evaluate/objective.ts'
import type { Picture, PictureSize } from '../image/picture.ts'
import { type Preparation, reducedPicture } from '../image/prepare.ts'
import type { AnyModel, ClassifyingModel } from '../model/language.ts'
import { pictureOf } from '../model/pictureEncoder.ts'
import type { TrainSettings } from '../train/settings.ts'
import { labelBaselines } from './baselines.ts'
import type { Beginning } from './beginning.ts'
import type { Choices } from './choices.ts'
import type { Learner, Learning } from './learning.ts'
import { setting, settingError } from './settingError.ts'
import type { Source } from './source.ts'

/** The most patches that a picture is cut into where nobody says how large they are. */
const usualPatches = 36

/** The most pixels by which pictures are moved in training where nobody says it, and where that leaves something of them. */
export const usualShift = 1

/** The same for the pictures that a model tells apart: those of one pixel across or down stay where they are. */
export function usualShiftFor(model: AnyModel): number {
  const seen = model.kind === 'classifier' ? pictureOf(model) : undefined
  return seen ? Math.min(usualShift, seen.down - 1, seen.across - 1) : usualShift
}

/** The longest edge of the pictures that are read where they are not all of one size. */
const usualEdge = 64
const usualSize: PictureSize = { width: usualEdge, height: usualEdge }
const usualFilter = 'bilinear'

/** The way that the pictures of a run are prepared: as what it begins with has them, or as suits them; undefined where it sees none. */
export function preparationFor(as: RunKind, source: Source, beginning: Beginning): Preparation | undefined {
  if (beginning.kind !== 'new') return beginning.preparation
  if (as === 'clip' && source.kind === 'drawings') return squarePreparation(source.drawings)
  return source.kind === 'pictures'
    ? newPreparation([...source.training, ...source.validation], source.training)
    : undefined
}

/** The part of a picture that a run keeps: what its preparation leaves of it. */
export function keptPicture(picture: Picture, beginning: Beginning): Picture {
  if (beginning.kind !== 'new') return beginning.preparation ? reducedPicture(picture, beginning.preparation) : picture
  // Where one is larger, all are seen so; and those that are no larger stay as they are.
  return reducedPicture(picture, { channels: 3, resize: { size: usualSize, filter: usualFilter } })
}

/** The same pictures, as a run keeps them: however they came, a record of them is of these. */
export function keptPictures(pictures: LabelledPictures, beginning: Beginning): LabelledPictures {
  const kept = (part: readonly LabelledPicture[]): LabelledPicture[] =>
    part.map((each) => ({ ...each, picture: keptPicture(each.picture, beginning) }))
  return { ...pictures, training: kept(pictures.training), validation: kept(pictures.validation) }
}

type Pictured = Pick<LabelledPicture, 'picture'>

/** As `newPreparation`, but that the pictures of a CLIP are square: as long as the longer edge. */
function squarePreparation(pictures: readonly Pictured[]): Preparation {
  const own = newPreparation(pictures)
  const { size } = own.resize ?? {}
  if (!size || 'shortest' in size || size.width === size.height) return own
  const edge = Math.max(size.width, size.height)
  const sized: Preparation = { ...own, resize: { size: { width: edge, height: edge }, filter: usualFilter } }
  return { ...sized, ...pictureStatistics(pictures, sized) }
}

/** In grey where all pictures are, at their own size where they share a small one, and normalised by themselves. */
function newPreparation(pictures: readonly Pictured[], training: readonly Pictured[] = pictures): Preparation {
  const all = pictures.map(({ picture }) => picture)
  const channels = all.every(({ channels }) => channels <= 2) ? 1 : 3
  const [{ width, height }] = all
  const areAlike = all.every((each) => each.width === width && each.height === height)
  const size = areAlike && Math.max(width, height) <= usualEdge ? { width, height } : usualSize
  const sized: Preparation = { channels, resize: { size, filter: usualFilter }, scale: 1 / 255 }
  return { ...sized, ...pictureStatistics(training, sized) }
}

/** The pictures that a new model sees, and their patches. Throws for a patch that is larger. */
export function seenIn(
  patch: Choices['patch'],
  { channels, resize }: Pick<Preparation, 'channels' | 'resize'>,
): NonNullable<NewSizes['seen']> {
  if (!resize || 'shortest' in resize.size) throw new Error('pictures: they are prepared to no one size. Give one.')
  const { width: across, height: down } = resize.size
  const side = patch ?? usualSide(down, across)
  if (side > Math.min(down, across))
    throw settingError`${setting('patch')} is ${side}, but the pictures are ${across} × ${down} pixels. Give a smaller one.`
  return { picture: { channel: channels, down, across }, patch: { down: side, across: side } }
}

/** The side of the smallest patches that fill a picture and are not too many. */
function usualSide(down: number, across: number): number {
  const sides = Array.from({ length: Math.min(down, across) }, (_, i) => i + 1)
  const isFew = (side: number): boolean => Math.floor(down / side) * Math.floor(across / side) <= usualPatches
  return sides.find((side) => isFew(side) && down % side === 0 && across % side === 0) ?? sides.find(isFew) ?? 1
}

/**
 * The classes of the pictures that are learnt and of those that are held back.
 *
 * Throws for pictures that are prepared to several sizes, and for a shift that may leave nothing of them.
 */
export function pictureLearning(source: LabelledPictures, learner: Learner): Learning {
  const { model, blueprint, preparation, batch, seed, smoothing, shift } = learner
  if (preparation === undefined) throw new Error('pictures: nothing says how they are prepared. Say it.')
  const labels = blueprint.config.labels ?? source.labels
  // A model that has learnt something may have its classes in another order.
  const numbered = (part: readonly LabelledPicture[]): LabelledPicture[] =>
    part.map((each) => ({ ...each, label: labels.indexOf(source.labels[each.label]) }))
  const [learnt, heldBack] = [numbered(source.training), numbered(source.validation)]
  const examples = pictureExamples(learnt, { preparation, shift, seed })
  checkShift(shift, examples)
  const training = bucketedBatches(examples, { batch, seed })
  const numbers = (part: readonly LabelledPicture[]): number[] => part.map(({ label }) => label)
  return {
    learning: {
      objective: classification(model as ClassifyingModel, { smoothing, scores: ['accuracy'] }),
      training,
      validation: bucketedBatches(pictureExamples(heldBack, { preparation }), { batch, seed }),
    },
    baselines: labelBaselines(numbers(learnt), numbers(heldBack), labels.length),
    counts: { training: learnt.length, validation: heldBack.length, tooLong: 0 },
    unit: 'token',
    stepsPerEpoch: training.stepsPerEpoch,
  }
}

/** Throws where a picture may be moved so far that nothing is left of it but its edge, over and over. */
function checkShift(shift: number | undefined, { fields }: Examples): void {
  const { down = 0, across = 0 } = fields['pixels'].sizes ?? {}
  const most = Math.min(down, across) - 1
  if (shift !== undefined && shift > most)
    throw settingError`${setting('shift')} is ${shift}, but the pictures are ${across} × ${down} pixels, so that nothing of them would be left. Give ${most} at most.`
}

/** The settings with which a small ViT learns well; docs/log.md has what was tried. */
export const pictureSettings = (steps: number): Partial<TrainSettings> => ({
  ...{ rate: 2e-3, leastRate: 0, decay: 0.05, beta2: 0.98 },
  warmup: Math.min(200, Math.ceil(steps / 10)),
})

/** The number of steps that read the pictures ten times, as far as that makes sense. */
export const pictureSteps = (stepsPerEpoch: number): number => Math.min(4000, Math.max(300, 10 * stepsPerEpoch))

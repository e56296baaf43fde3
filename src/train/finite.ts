// Numbers that are none: what NaN and infinity have touched teaches nothing any more, and nobody may save it.
// Loaded for runs that have come to some (train.ts).

import type { TrainingState } from '../checkpoint/training.ts'
import { areFinite } from '../engine/finite.ts'
import type { StepLoss } from './history.ts'
import type { Evaluation } from './overfitting.ts'

/** The circumstances that messages tell besides what went wrong. */
export interface Circumstances {
  /** The number of steps that were taken. */
  readonly step: number
  /** The rate of the last one; undefined before the first. */
  readonly rate: number | undefined
  /** The last loss that was read. */
  readonly last: StepLoss | undefined
  /** The step of the last checkpoint, and where it is. */
  readonly saved: number | undefined
  readonly place: string | undefined
}

/** Throws unless a step's loss and gradient are numbers. */
export function checkStep(
  { loss, gradientNorm }: { readonly loss: number; readonly gradientNorm: number },
  at: Circumstances,
): void {
  if (!Number.isFinite(loss))
    throw ruined(`loss is ${loss} at step ${at.step} (${before(at, 'it never was finite')})`, at)
  if (!Number.isFinite(gradientNorm))
    throw ruined(`the gradient is ${gradientNorm} at step ${at.step} (loss ${loss.toFixed(2)})`, at)
}

/** Throws unless the losses of an evaluation are numbers. */
export function checkEvaluation({ training, validation }: Omit<Evaluation, 'step'>, at: Circumstances): void {
  if (Number.isFinite(training) && Number.isFinite(validation)) return
  const [loss, where] = Number.isFinite(training)
    ? [validation, 'what is held back']
    : [training, 'what is learnt from']
  throw ruined(`the loss on ${where} is ${loss} after step ${at.step} (${before(at)})`, at)
}

/**
 * Throws unless all numbers of a state are finite. The loss of a step says nothing of the weights after it, and not every
 * loss is read.
 */
export function checkState(
  { weights, first, second }: Pick<TrainingState, 'weights' | 'first' | 'second'>,
  at: Circumstances,
): void {
  for (const [of, all] of [
    ['', weights],
    ["AdamW's mean of ", first],
    ["AdamW's mean of squares of ", second],
  ] as const)
    for (const [path, { data }] of all) {
      if (areFinite(data)) continue
      const wrong = data.find((value) => !Number.isFinite(value))
      throw ruined(`${of}${path} holds ${wrong} after step ${at.step} (${before(at)})`, at)
    }
}

const before = ({ last }: Circumstances, otherwise = 'no loss was read before'): string =>
  last ? `last finite ${last.loss.toFixed(2)} at step ${last.step}` : otherwise

function ruined(what: string, { rate, saved, place }: Circumstances): Error {
  if (rate === undefined) return new Error(`train: ${what}. The weights to begin with may be damaged; give others.`)
  const where = place === undefined ? 'the last' : `in ${place}`
  const checkpoint = saved === undefined ? '' : `; the checkpoint of step ${saved} is ${where}`
  return new Error(`train: ${what}. Lower the learning rate (now ${Number(rate.toPrecision(3))})${checkpoint}.`)
}

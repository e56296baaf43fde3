// What a run remembers of its past, to draw its curves and to notice over-fitting. It is kept with the checkpoints.

import { checkIsObject, kindOf } from '../text/json.ts'
import type { Evaluation } from './overfitting.ts'

export interface TrainingHistory {
  readonly evaluations: readonly Evaluation[]
  /** Losses of single steps; of a long run, more of the recent ones. */
  readonly losses: readonly StepLoss[]
}

export interface StepLoss {
  readonly step: number
  readonly loss: number
}

/** Losses that are remembered at most. */
const mostLosses = 2000

/** The history with one loss more. When they get too many, every second one is forgotten. */
export function withLoss({ evaluations, losses }: TrainingHistory, loss: StepLoss): TrainingHistory {
  const kept = losses.length < mostLosses ? losses : losses.filter((_, i) => i % 2 === 0)
  return { evaluations, losses: [...kept, loss] }
}

/**
 * The history that a checkpoint brings. A loss that was not finite stands there as null, and is left out.
 *
 * Throws for one that is damaged.
 */
export function historyFromJSON(json: unknown): TrainingHistory {
  if (json === undefined || json === null) return { evaluations: [], losses: [] }
  checkIsObject(json, 'history')
  const { evaluations, losses } = json
  return {
    evaluations: records(evaluations, 'evaluations', ['step', 'training', 'validation']) as readonly Evaluation[],
    losses: records(losses, 'losses', ['step', 'loss']) as readonly StepLoss[],
  }
}

function records(list: unknown, place: string, names: readonly string[]): readonly object[] {
  if (list === undefined) return []
  const wrong = (found: unknown): Error =>
    new Error(
      `history: ${place}: ${kindOf(found)} stands there. The training state is damaged; start the training anew.`,
    )
  if (!Array.isArray(list)) throw wrong(list)
  return list.filter((value: unknown) => {
    if (typeof value !== 'object' || value === null) throw wrong(value)
    const numbers = names.map((name) => (value as Readonly<Record<string, unknown>>)[name])
    const strange = numbers.find((number) => typeof number !== 'number' && number !== null)
    if (strange !== undefined || numbers.includes(undefined)) throw wrong(strange)
    return !numbers.includes(null)
  })
}

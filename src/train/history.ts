// What a run remembers of its past, to draw its curves and to notice over-fitting. It is kept with the checkpoints.

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

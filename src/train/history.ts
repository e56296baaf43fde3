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

/** The history that a checkpoint brings; what is none is left out. */
export function historyFromJSON(json: unknown): TrainingHistory {
  const { evaluations, losses } = (json ?? {}) as Readonly<Record<string, unknown>>
  return {
    evaluations: records(evaluations, ['step', 'training', 'validation']) as readonly Evaluation[],
    losses: records(losses, ['step', 'loss']) as readonly StepLoss[],
  }
}

function records(list: unknown, names: readonly string[]): readonly object[] {
  if (!Array.isArray(list)) return []
  const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null
  return list.filter((value) => isRecord(value) && names.every((name) => typeof value[name] === 'number'))
}

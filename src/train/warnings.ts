// What a person should know of a run by its evaluations: that it learns by heart, or not at all. Loaded at the second of them.

import { type Evaluation, leastSurprised, overfittingSince } from './overfitting.ts'

export interface Warning {
  readonly about: 'overfitting' | 'divergence'
  readonly message: string
}

/** So much worse than at the beginning is worse. */
const margin = 1.1

/** The warnings at the last of these evaluations: each is given once. */
export function warningsAt(evaluations: readonly Evaluation[], rate: number, things: 'text' | 'examples'): Warning[] {
  const warnings: Warning[] = []
  const isByHeart = overfittingSince(evaluations) !== undefined
  if (isByHeart && overfittingSince(evaluations.slice(0, -1)) === undefined)
    warnings.push({ about: 'overfitting', message: overfittingMessage(evaluations, things) })
  const [first] = evaluations
  if (evaluations.findIndex(({ training }) => training > margin * first.training) === evaluations.length - 1)
    warnings.push({ about: 'divergence', message: divergenceMessage(evaluations, rate, things) })
  return warnings
}

function overfittingMessage(evaluations: readonly Evaluation[], things: string): string {
  const best = leastSurprised(evaluations)
  const last = evaluations[evaluations.length - 1]
  return (
    `train: the loss on unseen ${things} rose from ${best.validation.toFixed(3)} (step ${best.step}) to ` +
    `${last.validation.toFixed(3)}, while that on the training ${things} fell from ${best.training.toFixed(3)} to ` +
    `${last.training.toFixed(3)}: the model learns by heart. Give it more ${things}, make it smaller, or use dropout.`
  )
}

function divergenceMessage(evaluations: readonly Evaluation[], rate: number, things: string): string {
  const [first] = evaluations
  const last = evaluations[evaluations.length - 1]
  return (
    `train: the loss on the training ${things} is ${last.training.toFixed(3)} at step ${last.step}, where it was ` +
    `${first.training.toFixed(3)} at step ${first.step}: it does not learn. Lower the learning rate (now ${rate}).`
  )
}

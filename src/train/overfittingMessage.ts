// What is said of a model that begins to learn by heart. Loaded for runs that come to it.

import { type Evaluation, leastSurprised } from './overfitting.ts'

/** The warning where over-fitting begins: at the last of these evaluations. */
export function overfittingMessage(evaluations: readonly Evaluation[], things: 'text' | 'examples'): string {
  const best = leastSurprised(evaluations)
  const last = evaluations[evaluations.length - 1]
  return (
    `train: the loss on unseen ${things} rose from ${best.validation.toFixed(3)} (step ${best.step}) to ` +
    `${last.validation.toFixed(3)}, while that on the training ${things} fell from ${best.training.toFixed(3)} to ` +
    `${last.training.toFixed(3)}: the model learns by heart. Give it more ${things}, make it smaller, or use dropout.`
  )
}

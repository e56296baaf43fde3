// Over-fitting: the model goes on getting better on the text it learns from and gets worse on text it has never seen. It has
// begun to learn by heart.

/** The losses on what is learnt from and on what is held back after `step` steps, in nats. */
export interface Evaluation {
  readonly step: number
  readonly training: number
  readonly validation: number
  /** The share of the held-back targets that are right, where that is scored. */
  readonly accuracy?: number
  /** The share of the held-back examples that are right throughout, where that is scored. */
  readonly exact?: number
}

/** So many evaluations in a row have to be worse than the best one. */
const patience = 3

/** So much worse than the best one the last has to be: a loss that wavers is none that rises. */
const margin = 1.01

/** The evaluation with the least loss on what is held back. */
export const leastSurprised = (evaluations: readonly Evaluation[]): Evaluation =>
  evaluations.reduce((a, b) => (b.validation < a.validation ? b : a))

/** The evaluation since which the model only learns by heart, if it does. */
export function overfittingSince(evaluations: readonly Evaluation[]): Evaluation | undefined {
  if (evaluations.length <= patience) return undefined
  const best = leastSurprised(evaluations)
  const last = evaluations[evaluations.length - 1]
  const isOver = evaluations.indexOf(best) < evaluations.length - patience
  return isOver && last.validation > best.validation * margin && last.training < best.training ? best : undefined
}

// Milestones: the moments at which a run passes those who guess and those who count, and the one since which it learns by heart.

import { meanOf } from '../inspect/means.ts'
import { type Evaluation, overfittingSince } from '../train/overfitting.ts'
import type { Baseline } from './baselines.ts'

export type Milestone =
  /** The mean of the last losses is below a baseline for the first time. */
  | {
      readonly kind: 'passed'
      readonly step: number
      readonly baseline: Baseline
      /** The mean over so many steps. */
      readonly loss: number
      readonly over: number
    }
  /** The moment since which what is held back gets worse while what is learnt from gets better. */
  | { readonly kind: 'by heart'; readonly step: number; readonly since: Evaluation }

/** Losses of single batches waver; the mean of so many does not. */
const over = 10

/** Looks for the milestones of a run. */
export class Milestones {
  readonly #recent: number[] = []
  readonly #evaluations: Evaluation[] = []
  #left: readonly Baseline[]
  #isByHeart = false

  /** - `passed`: the milestones that the run has reached already; `evaluations`: those that it had */
  constructor(
    baselines: readonly Baseline[],
    passed: readonly Milestone[] = [],
    evaluations: readonly Evaluation[] = [],
  ) {
    const names = passed.map((each) => (each.kind === 'passed' ? each.baseline.name : ''))
    this.#left = baselines.filter(({ name }) => !names.includes(name))
    this.#isByHeart = passed.some(({ kind }) => kind === 'by heart')
    this.#evaluations.push(...evaluations)
  }

  /** The milestones that a step's loss (nats) brings, the easiest first. */
  afterStep(step: number, loss: number): Milestone[] {
    this.#recent.push(loss)
    if (this.#recent.length > over) this.#recent.shift()
    if (this.#recent.length < over) return []
    const mean = meanOf(this.#recent)
    const passed = this.#left.filter((baseline) => mean < baseline.loss)
    this.#left = this.#left.filter((baseline) => !passed.includes(baseline))
    return passed
      .toSorted((a, b) => b.loss - a.loss)
      .map((baseline) => ({ kind: 'passed', step, baseline, loss: mean, over }))
  }

  /** The milestone that an evaluation brings, if it brings one. */
  afterEvaluation(evaluation: Evaluation): Milestone | undefined {
    this.#evaluations.push(evaluation)
    const since = this.#isByHeart ? undefined : overfittingSince(this.#evaluations)
    if (since === undefined) return undefined
    this.#isByHeart = true
    return { kind: 'by heart', step: evaluation.step, since }
  }
}

// The notebook of a run: everything that is told of it is written down here, so that a page that comes later is told the same.

import type { DiarySample } from '../../runs/diary.ts'
import { type Milestone, Milestones } from '../../runs/milestones.ts'
import type { PreparedRun } from '../../runs/prepareRun.ts'
import { type TrainingHistory, withLoss } from '../../train/history.ts'
import type { Evaluation } from '../../train/overfitting.ts'
import type { HeadScoresAt, RunChange, RunNews, RunPast, ToldStep } from '../talk/runFacts.ts'
import { mostGlances, thinned } from '../talk/thinned.ts'

/** A past without anything. */
export const noPast: RunPast = {
  losses: [],
  evaluations: [],
  milestones: [],
  diary: [],
  heads: [],
  changes: [],
  snapshots: [],
}

export class Notebook {
  readonly #tell: (news: RunNews) => void
  readonly #milestones: Milestones
  #history: TrainingHistory
  #passed: readonly Milestone[]
  #diary: readonly DiarySample[]
  #heads: readonly HeadScoresAt[]
  readonly #changes: readonly RunChange[]

  /** - `tell`: is called with what is new; `past`: that of a run which goes on */
  constructor({ baselines }: Pick<PreparedRun, 'baselines'>, tell: (news: RunNews) => void, past: RunPast = noPast) {
    this.#tell = tell
    this.#history = past
    this.#passed = past.milestones
    this.#diary = past.diary
    this.#heads = past.heads
    this.#changes = past.changes
    this.#milestones = new Milestones(baselines, past.milestones, past.evaluations)
  }

  /** Everything so far. - `snapshots`: the steps whose weights are kept */
  past(snapshots: readonly number[]): RunPast {
    const { losses, evaluations } = this.#history
    return {
      losses,
      evaluations,
      milestones: this.#passed,
      diary: this.#diary,
      heads: this.#heads,
      changes: this.#changes,
      snapshots,
    }
  }

  step({ step, loss }: ToldStep): void {
    this.#history = withLoss(this.#history, { step, loss })
    for (const milestone of this.#milestones.afterStep(step, loss)) this.#pass(milestone)
  }

  evaluation(evaluation: Evaluation): void {
    const { losses, evaluations } = this.#history
    this.#history = { losses, evaluations: [...evaluations, evaluation] }
    this.#tell({ kind: 'evaluation', evaluation })
    const milestone = this.#milestones.afterEvaluation(evaluation)
    if (milestone) this.#pass(milestone)
  }

  sample(sample: DiarySample): void {
    this.#diary = thinned([...this.#diary, sample], mostGlances)
    this.#tell({ kind: 'diary', sample })
  }

  heads(look: HeadScoresAt): void {
    this.#heads = thinned([...this.#heads, look], mostGlances)
    this.#tell({ kind: 'heads', look })
  }

  #pass(milestone: Milestone): void {
    this.#passed = [...this.#passed, milestone]
    this.#tell({ kind: 'milestone', milestone })
  }
}

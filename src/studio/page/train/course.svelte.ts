// The course of a run as it has been told: losses, evaluations, milestones, samples. Long lists stand outside of Svelte's care; who
// draws them looks at `told`, which counts the news.

import type { DiarySample } from '../../../runs/diary.ts'
import type { Milestone } from '../../../runs/milestones.ts'
import type { Pace } from '../../../runs/pace.ts'
import { type Evaluation, leastSurprised } from '../../../train/overfitting.ts'
import type { HeadScoresAt, RunFacts, RunFailure, RunNews, ToldStep } from '../../talk/runFacts.ts'
import { mostGlances, thinned } from '../../talk/thinned.ts'

/** More than a curve has dots. */
const mostLosses = 4000

const still: Pace = { stepsPerSecond: 0 }

export class RunCourse {
  readonly run: RunFacts
  /** The steps that were told, in order: of a long run, more of the recent ones. */
  losses: readonly ToldStep[] = []
  heads: readonly HeadScoresAt[] = []
  evaluations = $state.raw<readonly Evaluation[]>([])
  milestones = $state.raw<readonly Milestone[]>([])
  diary = $state.raw<readonly DiarySample[]>([])
  /** The steps whose weights are kept. */
  snapshots = $state.raw<readonly number[]>([])
  pace = $state.raw<Pace>(still)
  failure = $state.raw<RunFailure>()
  /** The milliseconds that those who look have had of the engine so far. */
  looksMs = 0
  step = $state(0)
  told = $state(0)
  readonly loss = $derived(this.told >= 0 ? this.losses.at(-1)?.loss : undefined)
  readonly best = $derived(this.evaluations.length > 0 ? leastSurprised(this.evaluations) : undefined)

  constructor(run: RunFacts) {
    const { past } = run
    this.run = run
    this.losses = past.losses
    this.heads = past.heads
    this.evaluations = past.evaluations
    this.milestones = past.milestones
    this.diary = past.diary
    this.snapshots = past.snapshots
    this.step = run.step
  }

  hear(news: RunNews): void {
    if (news.kind === 'steps') {
      const { stepsPerSecond, tokensPerSecond, secondsLeft } = news
      this.looksMs = news.looksMs
      this.losses = thinned(this.losses.concat(news.losses), mostLosses)
      this.pace = {
        stepsPerSecond,
        ...(tokensPerSecond && { tokensPerSecond }),
        ...(secondsLeft !== undefined && { secondsLeft }),
      }
      this.step = news.step
    } else if (news.kind === 'evaluation') this.evaluations = [...this.evaluations, news.evaluation]
    else if (news.kind === 'milestone') this.milestones = [...this.milestones, news.milestone]
    else if (news.kind === 'diary') this.diary = thinned([...this.diary, news.sample], mostGlances)
    else if (news.kind === 'heads') this.heads = thinned([...this.heads, news.look], mostGlances)
    else if (news.kind === 'snapshots') this.snapshots = news.steps
    else if (news.kind === 'failed') this.failure = news.failure
    else if (news.kind === 'state' && news.state !== 'failed') this.failure = undefined
    this.told++
  }

  /** The told step nearest to one. */
  lossAt(step: number): ToldStep | undefined {
    return nearestStep(this.losses, step)
  }

  /** The evaluation nearest to a step. */
  evaluationAt(step: number): Evaluation | undefined {
    return nearestStep(this.evaluations, step)
  }
}

/** Of things that are told in order, the one whose step is the nearest. */
export function nearestStep<Told extends { readonly step: number }>(
  all: readonly Told[],
  step: number,
): Told | undefined {
  let [first, last] = [0, all.length - 1]
  while (first < last) {
    const middle = (first + last) >> 1
    if (all[middle].step < step) first = middle + 1
    else last = middle
  }
  const [before, here] = [all[first - 1], all[first]]
  return before && here && step - before.step < here.step - step ? before : here
}

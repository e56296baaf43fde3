// A run that was recorded (tools/record_run.ts), played until there is one of the person's own: the same news in the same order, faster.

import type { RunFacts } from '../../talk/runFacts.ts'
import { RunCourse } from './course.svelte.ts'

/** It plays this long, and then stands still. */
const playMs = 4500
const pictureMs = 100

/** The beginning of a recorded run, and how it is played: the function that `play` gives stops it. `whole` is the run at its end. */
export function recordedRun(facts: RunFacts): {
  readonly course: RunCourse
  readonly play: () => () => void
  readonly whole: () => RunCourse
} {
  const { past } = facts
  const nothing = { losses: [], evaluations: [], milestones: [], diary: [], heads: [], changes: [], snapshots: [] }
  const course = new RunCourse({ ...facts, step: 0, past: nothing })
  const play = (): (() => void) => {
    const began = performance.now()
    const timer = setInterval(() => {
      const share = Math.min(1, (performance.now() - began) / playMs)
      const until = Math.round(share * facts.steps)
      const isNew = ({ step }: { readonly step: number }): boolean => step > course.step && step <= until
      const losses = past.losses.filter(isNew)
      for (const evaluation of past.evaluations.filter((each) => isNew(each) || (each.step === 0 && course.told === 0)))
        course.hear({ kind: 'evaluation', evaluation })
      for (const milestone of past.milestones.filter(isNew)) course.hear({ kind: 'milestone', milestone })
      for (const sample of past.diary.filter(isNew)) course.hear({ kind: 'diary', sample })
      course.hear({ kind: 'steps', step: until, losses, stepsPerSecond: 0, looksMs: 0 })
      if (share === 1) clearInterval(timer)
    }, pictureMs)
    return () => clearInterval(timer)
  }
  return { course, play, whole: () => new RunCourse(facts) }
}

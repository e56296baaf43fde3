// What a run has come to, in words.

import type { Baseline } from '../../../runs/baselines.ts'
import type { Milestone } from '../../../runs/milestones.ts'
import { numberText } from '../numbers.ts'

const baselineNames: Readonly<Record<string, string>> = {
  guessing: 'guessing',
  'counting characters': 'letter frequencies',
  'counting pairs': 'one letter back',
  'counting tokens': 'token frequencies',
  'counting labels': 'label frequencies',
}

/** A baseline by what it knows: `one letter back`. Pairs of tokens are said as such. */
export function baselineName({ name }: Baseline, unit: 'character' | 'token'): string {
  if (name === 'counting pairs' && unit === 'token') return 'one token back'
  return baselineNames[name] ?? name
}

/** Whatever a model that has passed a baseline must have learnt. */
const passedMeans: Readonly<Record<string, string>> = {
  guessing: 'some are more frequent than others',
  'counting characters': 'it looks at what stands before',
  'counting tokens': 'it looks at what stands before',
  'counting pairs': 'it must be using context now',
  'counting labels': 'it reads what it is given now',
}

/** A milestone in a sentence. */
export function milestoneText(milestone: Milestone, unit: 'character' | 'token'): string {
  if (milestone.kind === 'by heart')
    return `learns by heart since ${milestone.since.step}: what is held back surprises it more and more`
  const { baseline } = milestone
  const meaning = passedMeans[baseline.name]
  return `passes ${baselineName(baseline, unit)} (${numberText(baseline.loss)})${meaning === undefined ? '' : `: ${meaning}`}`
}

/** A milestone in a few words, for a mark. */
export const milestoneName = (milestone: Milestone, unit: 'character' | 'token'): string =>
  milestone.kind === 'by heart' ? 'learns by heart' : `passes ${baselineName(milestone.baseline, unit)}`

/** A time that is left, or needed, as one says it: `40 s`, `3 min`, `1.6 h`. */
export function durationText(seconds: number): string {
  if (seconds < 10) return `${Math.ceil(seconds)} s`
  if (seconds < 100) return `${5 * Math.round(seconds / 5)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  const hours = seconds / 3600
  return `${hours < 10 ? hours.toFixed(1) : Math.round(hours)} h`
}

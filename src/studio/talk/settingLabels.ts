// Settings as the page calls them: beside their fields, and in what is said of them when they are refused.

import type { Setting } from '../../runs/choices.ts'
import { SettingError } from '../../runs/settingError.ts'
import { messageOf } from './messageOf.ts'

export const settingLabels = {
  layer: 'blocks',
  head: 'heads',
  model: 'width',
  hidden: 'hidden units',
  context: 'context',
  dropout: 'dropout',
  steps: 'steps',
  batch: 'batch',
  accumulate: 'batches per step',
  rate: 'learning rate',
  warmup: 'warm-up',
  leastRate: 'rate at the end',
  decay: 'weight decay',
  clip: 'clip',
  beta1: 'β₁',
  beta2: 'β₂',
  smoothing: 'smoothing',
  evaluateEvery: 'evaluate every',
  seed: 'seed',
  tokenizer: 'tokens',
  schedule: 'schedule',
  vocab: 'vocabulary',
} as const satisfies Partial<Record<Setting, string>>

/** Whatever else a message may speak of. */
const others: Partial<Record<Setting, string>> = {
  as: 'the kind of model,',
  out: '"Train again from the start"',
  from: 'the opened model,',
  task: 'the task',
  resume: '"Go on"',
}

/** The message of an error, with settings as the page calls them. */
export function messageInPage(error: unknown): string {
  if (!(error instanceof SettingError)) return messageOf(error)
  const labels: Partial<Record<Setting, string>> = { ...settingLabels, ...others }
  return error.inWords(({ setting }) => labels[setting] ?? setting)
}

// Presets: sizes and settings that belong together, under a name.

import { nanogptShakespeare, paper, small, type TrainSettings } from '../train/settings.ts'
import type { Choices } from './choices.ts'
import type { RunSizes } from './defaults.ts'

/** The words of a preset about a run; what it leaves out is usual. */
export interface Preset {
  readonly sizes?: RunSizes
  readonly dropout: number
  readonly smoothing: number
  readonly steps?: number
  readonly evaluateEvery?: number
  settings(of: { readonly model: number; readonly steps: number }): Partial<TrainSettings>
}

/** The preset that is chosen, if one is. */
export function presetOf({ preset, warmup }: Pick<Choices, 'preset' | 'warmup'>): Preset | undefined {
  if (preset === 'nanogpt') return nanogpt(small)
  if (preset === 'nanogpt-shakespeare') return nanogpt(nanogptShakespeare)
  if (preset !== 'paper') return undefined
  const { model, smoothing } = paper({ model: 1, steps: 1 })
  return { dropout: model.dropout, smoothing, settings: (of) => paper({ ...of, warmup }).training }
}

function nanogpt({ model, training }: typeof small | typeof nanogptShakespeare): Preset {
  const { dropout, ...sizes } = model
  const { batch, steps, evaluateEvery } = training
  // Warm-up and the rate at the end are the usual ones for its steps and its rate: with others they follow.
  const { schedule, rate, beta1, beta2, epsilon, decay, clip, accumulate, evaluateBatches } = training
  const settings = { schedule, rate, beta1, beta2, epsilon, decay, clip, accumulate, evaluateBatches }
  return { sizes: { ...sizes, batch }, dropout, smoothing: 0, steps, evaluateEvery, settings: () => settings }
}

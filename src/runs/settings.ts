// From the flags of `train` to settings: what is said, what a preset says, and what follows from that.

import type { FlagValues } from '../cli/flags.ts'
import type { TrainFlags } from '../cli/train.ts'
import type { Rules } from '../train/following.ts'
import { paperRate } from '../train/schedule.ts'
import { nanogptShakespeare, paper, small, type TrainSettings } from '../train/settings.ts'
import { type RunSizes, usualInterval } from './defaults.ts'

type Values = FlagValues<TrainFlags>

/** What a preset says of a run; what it leaves out is usual. */
export interface Preset {
  readonly sizes?: RunSizes
  readonly dropout: number
  readonly smoothing: number
  readonly steps?: number
  readonly evaluateEvery?: number
  settings(of: { readonly model: number; readonly steps: number }): Partial<TrainSettings>
}

export function presetOf({ preset, warmup }: Values): Preset | undefined {
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

/** The settings that flags give; what they do not say is left to the run. */
export function givenSettings(values: Values): Partial<TrainSettings> {
  const settings: { readonly [K in keyof TrainSettings]?: TrainSettings[K] | undefined } = {
    batch: values.batch,
    accumulate: values.accumulate,
    steps: values.steps,
    schedule: values.schedule,
    rate: values.lr,
    leastRate: values.minLr,
    warmup: values.warmup,
    decay: values.weightDecay,
    beta2: values.beta2,
    clip: values.clip,
    seed: values.seed,
    evaluateEvery: values.evalEvery,
    checkpointEvery: values.saveEvery,
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

/** Throws for a rate at the end that the schedule has no use for, or would rise to. */
export function checkSchedule(
  { minLr }: Values,
  { schedule, rate, leastRate }: Pick<TrainSettings, 'schedule' | 'rate' | 'leastRate'>,
): void {
  const falls = schedule === 'cosine' || schedule === 'linear'
  if (minLr !== undefined && !falls)
    throw new Error(
      `--min-lr is where cosine and linear end, but the schedule is ${schedule}. Leave it out, or change --schedule.`,
    )
  if (falls && leastRate > rate)
    throw new Error(
      `--min-lr is ${leastRate}, above the highest learning rate, ${rate}: it would rise to its end. Give a smaller --min-lr.`,
    )
}

/** What follows from the settings of a run, in the command; of the paper's schedule, its warm-up and its height too. */
export function commandRules(schedule: TrainSettings['schedule'], model: number): Rules {
  const inPaper: Rules = {
    warmup: ({ steps }) => paper({ model, steps }).training.warmup,
    rate: ({ warmup }) => paperRate({ model, warmup }),
  }
  return {
    ...(schedule === 'paper' && inPaper),
    evaluateEvery: ({ steps }) => usualInterval(steps),
    checkpointEvery: ({ evaluateEvery }) => evaluateEvery,
  }
}

// Schedules: the learning rate as a function of the step.

import * as elementary from '../tensor/elementary.ts'

export interface ScheduleSettings {
  /** The way that the rate goes on after the warm-up. */
  readonly schedule: ScheduleName
  /** The highest learning rate. */
  readonly rate: number
  /** Where cosine and line end. */
  readonly leastRate: number
  /** For so many steps the rate rises to its height, so that AdamW knows its usual gradients before it walks fast. */
  readonly warmup: number
  /** The number of steps of the whole run, at which cosine and line end. */
  readonly steps: number
}

export const schedules = ['cosine', 'linear', 'constant', 'paper'] as const

export type ScheduleName = (typeof schedules)[number]

/**
 * The rate of the step that comes after `taken` others.
 *
 *   warm-up    rate · (taken + 1) / (warmup + 1)
 *   cosine     leastRate + ½(1 + cos(π · done)) · (rate − leastRate)        done = (taken − warmup) / (steps − warmup)
 *   linear     leastRate + (1 − done) · (rate − leastRate)
 *   constant   rate
 *   paper      rate · min(step / warmup, √(warmup / step))                  step = taken + 1
 *
 * Warm-up and cosine are nanoGPT's formulas. The paper's is formula 3 of Vaswani et al. 2017, with its own warm-up, where
 * the rate's height is called d_model^−0.5 · warmup^−0.5 (`paperRate`).
 */
export function rateAt(taken: number, { schedule, rate, leastRate, warmup, steps }: ScheduleSettings): number {
  if (schedule === 'paper') {
    const [step, height] = [taken + 1, Math.max(1, warmup)]
    return rate * Math.min(step / height, Math.sqrt(height / step))
  }
  if (taken < warmup) return (rate * (taken + 1)) / (warmup + 1)
  if (schedule === 'constant') return rate
  if (taken >= steps) return leastRate
  const done = (taken - warmup) / (steps - warmup)
  if (schedule === 'linear') return leastRate + (1 - done) * (rate - leastRate)
  return leastRate + 0.5 * (1 + elementary.cosOf(Math.PI * done)) * (rate - leastRate)
}

/** The height of the paper's schedule: factor · d_model^−0.5 · warmup^−0.5. Vaswani et al. 2017, section 5.3. */
export function paperRate({
  model,
  warmup,
  factor = 1,
}: {
  readonly model: number
  readonly warmup: number
  readonly factor?: number
}): number {
  return factor / Math.sqrt(model * warmup)
}

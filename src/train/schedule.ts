// Schedules: the learning rate as a function of the step.

export interface ScheduleSettings {
  /** How the rate goes on after the warm-up. */
  readonly schedule: 'cosine' | 'constant'
  /** The highest learning rate. */
  readonly rate: number
  /** Where the cosine ends. */
  readonly leastRate: number
  /** For so many steps the rate rises to its height, so that AdamW knows its usual gradients before it walks fast. */
  readonly warmup: number
  /** The number of steps of the whole run, at which the cosine ends. */
  readonly steps: number
}

/**
 * The rate of the step that comes after `taken` others.
 *
 *   warm-up   rate · (taken + 1) / (warmup + 1)
 *   cosine    leastRate + ½(1 + cos(π · (taken − warmup) / (steps − warmup))) · (rate − leastRate)
 *
 * The formulas are nanoGPT's.
 */
export function rateAt(taken: number, { schedule, rate, leastRate, warmup, steps }: ScheduleSettings): number {
  if (taken < warmup) return (rate * (taken + 1)) / (warmup + 1)
  if (schedule === 'constant') return rate
  if (taken >= steps) return leastRate
  const done = (taken - warmup) / (steps - warmup)
  return leastRate + 0.5 * (1 + Math.cos(Math.PI * done)) * (rate - leastRate)
}

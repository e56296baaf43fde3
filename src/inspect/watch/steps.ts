// The steps at which somebody looks.

export interface StepChoice {
  /** Every so many steps, from 0 on. */
  readonly every?: number | undefined
  /** These steps. */
  readonly at?: readonly number[] | undefined
}

/** True at the steps that are chosen: 0, 50, 100, … for `{ every: 50 }`. Throws for numbers that are no steps. */
export function watchSteps({ every, at = [] }: StepChoice): (step: number) => boolean {
  if (every !== undefined && !(Number.isSafeInteger(every) && every >= 1))
    throw new Error(`watch: every is ${every}; it must be a whole number, at least 1.`)
  const wrong = at.find((step) => !(Number.isSafeInteger(step) && step >= 0))
  if (wrong !== undefined) throw new Error(`watch: ${wrong} is no step. Give whole numbers, at least 0.`)
  if (every === undefined && at.length === 0)
    throw new Error('watch: no steps are chosen. Say every how many, or which.')
  const chosen = new Set(at)
  return (step) => chosen.has(step) || (every !== undefined && step % every === 0)
}

/** 0, 1, 2, 4, 8, … up to a step: many looks at the beginning, where most happens. */
export function doublingSteps(last: number): number[] {
  const steps = [0]
  for (let step = 1; step <= last; step *= 2) steps.push(step)
  return steps
}

// What the examples have in common: a training run that shows how it goes and gives back what it came to, and the end of an
// example, which fails when its target is missed.

import { type Engine, type Evaluation, type TrainOptions, type TrainSettings, train } from '../src/index.ts'

/** An even rate, Adam as it is usual, and an evaluation ten times in a run. */
export const usual = {
  schedule: 'constant',
  warmup: 0,
  decay: 0,
  clip: 0,
  beta2: 0.999,
  checkpointEvery: 1e9,
  reportEvery: 1e9,
} as const satisfies Partial<TrainSettings>

/** Trains, prints a line for every evaluation, and gives back all of them. */
export async function learn(options: TrainOptions & { readonly engine: Engine }): Promise<readonly Evaluation[]> {
  const { steps = 2000 } = options
  const evaluations: Evaluation[] = []
  const began = performance.now()
  for await (const event of train({ ...usual, evaluateEvery: Math.ceil(steps / 10), ...options })) {
    if (event.kind !== 'evaluation') continue
    evaluations.push(event)
    const { step, training, validation, accuracy, exact } = event
    const shares = [
      accuracy === undefined ? '' : `, ${(100 * accuracy).toFixed(1)} % right`,
      exact === undefined ? '' : `, ${(100 * exact).toFixed(1)} % exact`,
    ].join('')
    const seconds = ((performance.now() - began) / 1000).toFixed(0)
    console.log(
      `  step ${step}, ${seconds} s: loss ${training.toFixed(3)}; on what it has not seen ${validation.toFixed(3)}${shares}`,
    )
  }
  return evaluations
}

/** Says whether a target was reached; if not, the example fails. */
export function report(isReached: boolean, what: string): void {
  console.log(`${isReached ? 'Reached' : 'Missed'}: ${what}`)
  if (!isReached) process.exitCode = 1
}

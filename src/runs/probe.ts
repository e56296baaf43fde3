// A probe of this machine: a run's own steps, taken for a fifth of a second. What they take of the time that the engine guesses is the
// pace, by which runs of other sizes are judged before they run.

import { withSizes } from '../checkpoint/engineWeights.ts'
import type { Engine } from '../engine/engine.ts'
import { initialValues } from '../model/start.ts'
import { parametersOf } from '../tensor/names.ts'
import { asBatches } from '../train/learning.ts'
import { Trainer } from '../train/trainer.ts'
import type { PreparedRun } from './prepareRun.ts'
import { type ProgramCost, settingsOfRun } from './programCost.ts'

/** The pace of a machine. */
export interface MachinePace {
  /** Milliseconds that go by for one of the engine's guess. */
  readonly ratio: number
  /** Milliseconds that the probe took, with all that it compiled. */
  readonly took: number
}

/** Milliseconds of steps. */
const enough = 200
/** The first steps are slow everywhere: code is made better while it runs. */
const unsaid = 3

/**
 * Probes a machine by the steps of a run, of which nothing is left.
 *
 * - `cost`: of one of its steps
 */
export async function probe(engine: Engine, run: PreparedRun, { effort }: ProgramCost): Promise<MachinePace> {
  const begun = performance.now()
  const settings = settingsOfRun(run)
  const { objective, training } = asBatches(run.learning, settings, 0)
  const trainer = await Trainer.create(engine, objective, settings, training)
  const times: number[] = []
  try {
    trainer.begin(withSizes(run.model, initialValues(run.model, settings.seed)))
    const batches = Array.from({ length: settings.accumulate }, (_, i) => training.at(i))
    const first = performance.now()
    while (performance.now() - first < enough || times.length <= unsaid) {
      const from = performance.now()
      await trainer.step(batches, settings.rate)
      await trainer.measure()
      times.push(performance.now() - from)
    }
  } finally {
    await trainer.close()
    for (const weight of parametersOf(run.model).values()) engine.forget(weight)
  }
  const counted = times.slice(unsaid).sort((a, b) => a - b)
  const median = counted[Math.floor(counted.length / 2)]
  return { ratio: (1000 * median) / effort, took: performance.now() - begun }
}

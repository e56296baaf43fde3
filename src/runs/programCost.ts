// The cost of a run's programs, read off their graphs before anything is compiled: how much they compute, what they take of memory, and
// how long they need, by the engine's own guess, which the measured pace of this machine turns into seconds.

import type { Shape } from '../data/batch.ts'
import { target } from '../engine/cpu/target.ts'
import type { Graph } from '../engine/engine.ts'
import { effortOf } from '../engine/lower/effort.ts'
import { lower } from '../engine/lower/lower.ts'
import { evaluationGraph } from '../evaluate/evaluator.ts'
import { asBatches } from '../train/learning.ts'
import { small, type TrainSettings } from '../train/settings.ts'
import { TrainingGraphs } from '../train/trainingGraphs.ts'
import type { PreparedRun } from './prepareRun.ts'

/** The cost of one run of a program. */
export interface ProgramCost {
  readonly flops: number
  /** The engine's guess, in microseconds of one thread. */
  readonly effort: number
  /** Bytes of weights and of all else that lasts, and of values that do not. */
  readonly memory: number
}

/** The cost of a step and of an evaluation's batch, of the largest shape that there is. */
export interface RunCost {
  readonly step: ProgramCost
  readonly evaluation: ProgramCost
  readonly shape: Shape
}

/** The settings that a prepared run will be trained with. */
export const settingsOfRun = ({ settings }: Pick<PreparedRun, 'settings'>): TrainSettings => ({
  ...small.training,
  ...settings,
})

/** The cost of a run that nothing was compiled of yet. */
export async function costOfRun(run: PreparedRun): Promise<RunCost> {
  const settings = settingsOfRun(run)
  const { objective, training } = asBatches(run.learning, settings, 0)
  const shape = training.shapes[training.shapes.length - 1]
  const graphs = objective.graphs?.(settings) ?? (await TrainingGraphs.of(objective, settings))
  const step = settings.accumulate > 1 ? graphs.accumulate(shape) : graphs.apply(shape)
  return { step: costOf(step), evaluation: costOf(evaluationGraph(objective, shape)), shape }
}

/** The cost of a graph. */
function costOf(graph: Graph): ProgramCost {
  const { calls, memory } = lower(graph, target)
  const lasting = memory.lasting.reduce((sum, { axes }) => sum + target.layout.bytes(axes), 0)
  return {
    flops: calls.reduce((sum, { flops }) => sum + flops, 0),
    effort: effortOf(calls, target),
    memory: memory.slabs.reduce((sum, bytes) => sum + bytes, lasting),
  }
}

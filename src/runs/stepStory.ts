// One step of a training as a story: what its batch asked for, and which weights the step moved most.
//
//   loss of a place = −ln p(target there)        by the weights before the step, without dropout and smoothing

import type { Weights } from '../checkpoint/weights.ts'
import type { Batch } from '../data/batch.ts'
import { type Engine, runWith } from '../engine/engine.ts'
import { inputsFor, type Objective } from '../evaluate/objective.ts'
import { addressText } from '../tensor/address.ts'
import { placesOfCell } from '../tensor/axes.ts'
import { crossEntropy } from '../tensor/definitions.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { trace } from '../tensor/pass.ts'
import { asBatches } from '../train/learning.ts'
import type { PreparedRun } from './prepareRun.ts'
import { settingsOfRun } from './programCost.ts'

/** A token or a class that a batch asked for. */
export interface AskedTarget {
  readonly target: number
  /** The number of places that asked for it, and the sum of their losses in nats. */
  readonly count: number
  readonly loss: number
}

/** A place of a batch that asked for something. */
export interface AskedPlace {
  readonly target: number
  readonly loss: number
  /** The ids that were read there: those up to it, of a model that sees no more; else all of its row, and where in it. */
  readonly ids: readonly number[]
  readonly at: number
}

/** All that the batch of a step asked for. */
export interface BatchAsked {
  /** Targets are tokens, or classes. */
  readonly over: 'vocab' | 'class'
  readonly examples: number
  /** The number of places that asked for something, and their mean loss in nats. */
  readonly count: number
  readonly loss: number
  /** The targets with the largest losses in all, and the places with the largest. */
  readonly targets: readonly AskedTarget[]
  readonly places: readonly AskedPlace[]
}

/** A weight that a step has moved. */
export interface MovedWeight {
  readonly address: string
  readonly before: number
  readonly after: number
}

/** The most targets and places that are told. */
const most = 6

/**
 * All that the batch of the next step asks for, by the weights that the engine has.
 *
 * - `step`: the number of steps that were taken
 *
 * Undefined for an objective whose loss is no sum over targets.
 */
export async function askedByBatch(engine: Engine, run: PreparedRun, step: number): Promise<BatchAsked | undefined> {
  const settings = settingsOfRun(run)
  const { objective, training } = asBatches(run.learning, settings, 0)
  const places: AskedPlace[] = []
  let [over, examples] = ['vocab' as BatchAsked['over'], 0]
  for (let i = 0; i < settings.accumulate; i++) {
    const batch = training.at(step * settings.accumulate + i)
    const found = await lossesOf(engine, objective, batch)
    if (!found) return undefined
    over = found.over
    examples += batch.sizes.batch ?? 1
    places.push(...placesOf(batch, found.losses, run.model.kind === 'masked'))
  }
  const byTarget = new Map<number, AskedTarget>()
  for (const { target, loss } of places) {
    const known = byTarget.get(target) ?? { target, count: 0, loss: 0 }
    byTarget.set(target, { target, count: known.count + 1, loss: known.loss + loss })
  }
  const byLoss = <T extends { readonly loss: number }>(all: Iterable<T>): T[] =>
    [...all].sort((a, b) => b.loss - a.loss).slice(0, most)
  return {
    over,
    examples,
    count: places.length,
    loss: places.reduce((sum, { loss }) => sum + loss, 0) / places.length,
    targets: byLoss(byTarget.values()),
    // What is read alike is told once.
    places: byLoss(new Map(places.map((place) => [`${place.ids} ${place.at} ${place.target}`, place])).values()),
  }
}

/** The loss of every place of a batch, row-major. */
async function lossesOf(
  engine: Engine,
  objective: Objective,
  { sizes, inputs }: Batch,
): Promise<{ readonly over: BatchAsked['over']; readonly losses: Float32Array } | undefined> {
  let over: BatchAsked['over'] | undefined
  const { outputs, names } = trace(objective.model, (): Record<string, Node> => {
    const answer = objective.answer(inputsFor(objective, sizes))
    if (!('logits' in answer)) return { sum: answer.sum }
    over = answer.over
    return { loss: crossEntropy(answer.logits as Tensor, answer.targets as Tensor, answer.over) }
  })
  if (over === undefined) return undefined
  const program = await engine.compile({ outputs, names })
  try {
    await runWith(program, inputs)
    return { over, losses: Float32Array.from((await program.read('loss')).data) }
  } finally {
    await program.close()
  }
}

function placesOf({ inputs, sizes }: Batch, losses: Float32Array, seesAll: boolean): AskedPlace[] {
  const { targets = inputs['labels'] ?? [], ids = [], lengths } = inputs
  const length = sizes.position ?? 1
  const perRow = targets.length / (sizes.batch ?? 1)
  return Array.from(losses, (loss, cell): AskedPlace => {
    const row = Math.floor(cell / perRow)
    const own = Array.from(ids.slice(row * length, row * length + (lengths?.[row] ?? length)))
    const at = 'labels' in inputs ? own.length - 1 : cell % perRow
    return { target: targets[cell], loss, at, ids: seesAll ? own : own.slice(0, at + 1) }
  }).filter(({ target }) => target >= 0)
}

/** The weights that differ most, the largest first. */
export function movedMost(before: Weights, after: Weights, count: number): MovedWeight[] {
  const found: { path: string; cell: number; by: number }[] = []
  for (const [path, { data }] of after) {
    const former = before.get(path)?.data ?? data
    for (let cell = 0; cell < data.length; cell++) {
      const by = Math.abs(data[cell] - former[cell])
      if (by === 0 || (found.length === count && by <= found[count - 1].by)) continue
      found.splice(found.findLastIndex((each) => each.by >= by) + 1, 0, { path, cell, by })
      found.length = Math.min(found.length, count)
    }
  }
  return found.map(({ path, cell }) => {
    const { sizes, data } = after.get(path) ?? { sizes: {}, data: new Float32Array() }
    const axes = Object.entries(sizes).map(([name, size]) => ({ name, size }))
    const at = Object.fromEntries(placesOfCell(axes, cell).map((place, i) => [axes[i].name, place]))
    return { address: addressText({ path, at }), before: before.get(path)?.data[cell] ?? 0, after: data[cell] }
  })
}

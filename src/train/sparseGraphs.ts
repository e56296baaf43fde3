// The step of models that are tables, of which a batch reads few rows: plain gradient descent, of these rows alone.
//
//   W[row] ← W[row] − rate · Σ over the places that read the row of the gradient there
//
// The gradients of a table are never made as a table: rows are added straight into the weights (`scatter` onto a parameter). So a step
// costs what its batch reads, whatever the size of the vocabulary. It has no moments, no decay and no clipping, and the loss is summed over
// a batch, not averaged: a row moves for each pair that it is in as it would have moved by itself.

import type { NamedGraph } from '../engine/engine.ts'
import { answerLoss } from '../evaluate/loss.ts'
import { inputsFor, type Objective } from '../evaluate/objective.ts'
import type { StepGraphs, StepSettings } from '../evaluate/stepGraphs.ts'
import { gradient } from '../tensor/gradient.ts'
import { graphOf } from '../tensor/graph.ts'
import { parametersOf } from '../tensor/names.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { trace } from '../tensor/pass.ts'
import { divide, input, maximum, multiply, negate, scatter } from '../tensor/primitives.ts'
import { globalNorm } from './clip.ts'

type Shape = Readonly<Record<string, number>>

/** The objective, learnt by steps that change only the rows of tables which a batch reads. */
export const bySingleRows = (objective: Objective): Objective => ({
  ...objective,
  graphs: (settings) => new SparseGraphs(objective, settings),
})

class SparseGraphs implements StepGraphs {
  readonly weights: ReadonlyMap<string, Node>
  readonly moments = new Map()
  readonly states = []
  readonly #objective: Objective
  readonly #seed: number

  /** Throws for settings that such a step does not have. */
  constructor(objective: Objective, settings: StepSettings) {
    for (const name of ['beta1', 'decay', 'clip'] as const)
      if (settings[name] !== 0)
        throw new Error(`train: ${name} is ${settings[name]}, but a step of single rows has none. Set it to 0.`)
    if (settings.accumulate !== 1)
      throw new Error(
        `train: accumulate is ${settings.accumulate}, but a step of single rows takes one batch. Set it to 1.`,
      )
    if (objective.edits?.length) throw new Error('train: a step of single rows takes no edits. Leave them out.')
    this.#objective = objective
    this.#seed = settings.seed
    this.weights = parametersOf(objective.model)
  }

  /** A step with a batch of this shape. Throws where a weight is read in another way than by its rows. */
  apply(shape: Shape): NamedGraph {
    const { outputs: made, names } = trace(this.#objective.model, () => {
      const loss = answerLoss(this.#objective.answer(inputsFor(this.#objective, shape), input('draw', {})))
      const reads = rowsRead(graphOf([loss.sum]), new Set(this.weights.values()))
      return { loss, reads, gradients: gradient(loss.sum, reads) }
    })
    const { loss, reads, gradients } = made
    const rate = negate(input('rate', {}))
    const updates = new Map<Node, Node>()
    for (const [i, { inputs, operation }] of reads.entries()) {
      const [table, ids] = inputs
      const along = table.axes.find(({ name }) => operation.kind === 'gather' && name === operation.axis)
      const moved = multiply(gradients[i] as Tensor, rate)
      if (along) updates.set(table, scatter(moved, ids, along, table.axes, updates.get(table) ?? table))
    }
    const count = maximum(loss.count, 1)
    const outputs = { loss: divide(loss.sum, count), gradientNorm: divide(globalNorm(gradients), count) }
    return { outputs, updates, seed: this.#seed, names }
  }

  accumulate(): NamedGraph {
    throw new Error('train: a step of single rows takes one batch.')
  }

  finish(): NamedGraph {
    return this.accumulate()
  }
}

/** The places where rows of the weights are read. */
function rowsRead(graph: readonly Node[], weights: ReadonlySet<Node>): Tensor[] {
  const reads = graph.filter(({ operation, inputs }) => operation.kind === 'gather' && weights.has(inputs[0] as Node))
  const whole = graph.find((node) => !reads.includes(node) && node.inputs.some((each) => weights.has(each)))
  if (whole)
    throw new Error(
      `train: ${whole.operation.kind} reads a whole table of weights, so that no step of single rows can be taken. Train it by AdamW, without bySingleRows.`,
    )
  return reads as Tensor[]
}

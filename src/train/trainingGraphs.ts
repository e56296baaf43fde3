// What a training run computes, as graphs: forward pass, loss, gradient, clipping and AdamW. The trainer compiles them.
//
//   apply        the whole step                                                 for each shape of batch
//   accumulate   loss and gradient, added up over the batches of a step         for each shape, where steps have several
//   finish       changes the weights by what was added up                       once

import type { NamedGraph } from '../engine/engine.ts'
import { answerLoss } from '../evaluate/loss.ts'
import { inputsFor, type Objective, withItsEdits } from '../evaluate/objective.ts'
import { gradient } from '../tensor/gradient.ts'
import { graphOf } from '../tensor/graph.ts'
import { isFixed, parametersOf } from '../tensor/names.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { type Pass, trace } from '../tensor/pass.ts'
import { constant, divide, expand, input, maximum, multiply } from '../tensor/primitives.ts'
import { type AdamWSettings, AdamWStep, adamw, type Moments, matricesOf, momentsOf } from './adamw.ts'
import { clipFactor, globalNorm } from './clip.ts'
import type { Sums, Totals } from './totals.ts'

/** The settings for the step of the weights when their gradient is known. */
export interface TrainerSettings extends AdamWSettings {
  /** The longest that all gradients together may be; 0 for no limit. */
  readonly clip: number
  /** The number of batches that make one step. */
  readonly accumulate: number
  /** Decides what dropout hits. */
  readonly seed: number
}

/** The sizes of a batch's axes. */
type Shape = Readonly<Record<string, number>>

export class TrainingGraphs {
  readonly weights: ReadonlyMap<string, Node>
  readonly moments: ReadonlyMap<string, Moments>
  readonly #objective: Objective
  readonly #settings: TrainerSettings
  /** Gradients and loss, added up, where a step takes several batches. */
  #totals: Totals | undefined
  #matrices: ReadonlySet<Node> = new Set()

  /** The graphs of all kinds of steps, with the objective's edits. Throws for edits of what its model does not have. */
  static async of(objective: Objective, settings: TrainerSettings): Promise<TrainingGraphs> {
    const graphs = new TrainingGraphs(await withItsEdits(objective), settings)
    if (settings.accumulate > 1) graphs.#totals = new (await import('./totals.ts')).Totals(graphs.#all)
    return graphs
  }

  /** The graphs of steps of one batch, without edits. */
  constructor(objective: Objective, settings: TrainerSettings) {
    this.#objective = objective
    this.#settings = settings
    this.weights = parametersOf(objective.model)
    this.moments = new Map([...this.weights].map(([path, weight]) => [path, momentsOf(weight)]))
  }

  /** The nodes that last from step to step besides the weights. */
  get states(): readonly Node[] {
    const moments = [...this.moments.values()].flatMap(({ first, second }) => [first, second])
    return [...moments, ...(this.#totals?.nodes ?? [])]
  }

  get #added(): Totals {
    if (!this.#totals) throw new Error('train: a step of one batch adds nothing up.')
    return this.#totals
  }

  get #all(): readonly Node[] {
    return [...this.weights.values()]
  }

  /** A whole step with a batch of this shape. */
  apply(shape: Shape): NamedGraph {
    return this.#update(this.#sums(shape))
  }

  /** Adds gradients and losses up from run to run; the first of a step begins anew. */
  accumulate(shape: Shape): NamedGraph {
    const { outputs: sums, names } = this.#sums(shape)
    const updates = this.#added.with(sums)
    return { outputs: {}, updates, seed: this.#settings.seed, names }
  }

  /** Takes the step for which batches have been added up. Which weights are matrices is known once one of them was. */
  finish(): NamedGraph {
    const totals = this.#added
    return this.#update(trace(this.#objective.model, (): Sums => totals))
  }

  #sums(shape: Shape): Pass<Sums> {
    return trace(this.#objective.model, () => {
      const answer = this.#objective.answer(inputsFor(this.#objective, shape), input('draw', {}))
      const loss = answerLoss(answer, this.#objective.smoothing)
      this.#matrices = matricesOf(loss.sum)
      return { gradients: this.#gradients(loss.sum), loss }
    })
  }

  /** The gradients of all weights: 0 for those that are fixed, and that edits have cut off from the loss. */
  #gradients(loss: Tensor<never>): readonly Node[] {
    const used = (this.#objective.edits ?? []).length > 0 && new Set(graphOf([loss]))
    const weights = this.#all.filter((weight) => !isFixed(weight) && (!used || used.has(weight)))
    const gradients = new Map(gradient(loss, weights).map((g, i) => [weights[i], g]))
    return this.#all.map((weight) => gradients.get(weight) ?? expand(constant(0), weight.axes))
  }

  #update({ outputs: { gradients, loss }, names }: Pass<Sums>): NamedGraph {
    const settings = this.#settings
    const count = maximum(loss.count, 1)
    const gradientNorm = divide(globalNorm(gradients), count)
    const factor = divide(settings.clip > 0 ? clipFactor(gradientNorm, settings.clip) : constant(1), count)
    const step = new AdamWStep()
    const updates = new Map<Node, Node>()
    for (const [i, [path, weight]] of [...this.weights].entries()) {
      const shrinks = settings.decay > 0 && this.#matrices.has(weight)
      const g = multiply(gradients[i] as Tensor, factor)
      const moments = this.moments.get(path) as Moments
      for (const [node, value] of adamw(weight, g, moments, step, { ...settings, shrinks })) updates.set(node, value)
    }
    return { outputs: { loss: divide(loss.sum, count), gradientNorm }, updates, seed: settings.seed, names }
  }
}

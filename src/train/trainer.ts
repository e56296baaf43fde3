// The trainer: a model's training step as a program. Forward pass, loss, gradient, clipping and AdamW are one graph, compiled
// once; a step is one call. See train.ts for the loop around it.
//
// With `accumulate` above 1 a step takes several batches, whose gradients are added up before the weights change: the same
// step as with one batch as large as all of them, in less memory.

import { readAll, setAll } from '../checkpoint/engineWeights.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import { type Engine, type Graph, type Inputs, nodesOf, type Plan, type Program } from '../engine/engine.ts'
import type { LanguageModel } from '../model/language.ts'
import { gradient } from '../tensor/gradient.ts'
import { parametersOf } from '../tensor/names.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { add, constant, divide, input, maximum, multiply, parameter, where } from '../tensor/primitives.ts'
import type { Batch } from '../text/batches.ts'
import { type AdamWSettings, AdamWStep, adamw, adamwInputs, type Moments, matricesOf, momentsOf } from './adamw.ts'
import { clipFactor, globalNorm } from './clip.ts'
import { type LossSum, lossSum } from './loss.ts'

/** What a trainer does with the weights when it knows the gradient. */
export interface TrainerSettings extends AdamWSettings {
  /** The longest that all gradients together may be; 0 for no limit. */
  readonly clip: number
  /** How many windows of text a batch has. */
  readonly batch: number
  /** How many positions a window has; at most the model's context. */
  readonly context: number
  /** How many batches make one step. */
  readonly accumulate: number
  /** Decides what dropout hits. */
  readonly seed: number
}

/** Everything the next step depends on besides its batches. */
export type TrainerState = Pick<TrainingState, 'step' | 'weights' | 'first' | 'second'>

export class Trainer {
  readonly #engine: Engine
  readonly #settings: TrainerSettings
  readonly #weights: ReadonlyMap<string, Node>
  readonly #first: ReadonlyMap<string, Node>
  readonly #second: ReadonlyMap<string, Node>
  readonly #programs: Programs
  #taken = 0

  private constructor(engine: Engine, settings: TrainerSettings, graphs: TrainingGraphs, programs: Programs) {
    this.#engine = engine
    this.#settings = settings
    this.#weights = graphs.weights
    const moments = (name: keyof Moments) => new Map([...graphs.moments].map(([path, each]) => [path, each[name]]))
    this.#first = moments('first')
    this.#second = moments('second')
    this.#programs = programs
  }

  /**
   * Builds and compiles the programs of a model's training. The weights are the engine's: those that were set there, or
   * zeros; `begin` or `restore` sets them.
   */
  static async create(engine: Engine, model: LanguageModel, settings: TrainerSettings): Promise<Trainer> {
    checkSettings(settings, model.config.context)
    const graphs = trainingGraphs(model, settings)
    const compile = async (graph: Graph): Promise<Part> => ({
      program: await engine.compile(graph),
      wanted: new Set(nodesOf(graph).flatMap(({ operation }) => (operation.kind === 'input' ? operation.name : []))),
    })
    return new Trainer(engine, settings, graphs, {
      apply: await compile(graphs.apply),
      accumulate: graphs.accumulate && (await compile(graphs.accumulate)),
      evaluate: await compile(graphs.evaluate),
    })
  }

  /** How many steps were taken. */
  get taken(): number {
    return this.#taken
  }

  /** What training needs of memory. */
  get plan(): Plan {
    const plans = Object.values(this.#programs).flatMap((part: Part | undefined) => (part ? part.program.plan : []))
    const most = (of: (plan: Plan) => number): number => Math.max(...plans.map(of))
    return {
      lasting: most(({ lasting }) => lasting),
      passing: most(({ passing }) => passing),
      kernels: most(({ kernels }) => kernels),
    }
  }

  /**
   * Takes a step: changes the weights so that these batches surprise the model less.
   *
   * - `batches`: as many as `accumulate` says
   * - `rate`: the learning rate
   */
  async step(batches: readonly Batch[], rate: number): Promise<void> {
    const { accumulate } = this.#settings
    if (batches.length !== accumulate)
      throw new Error(`train: a step takes ${accumulate} batches, but got ${batches.length}.`)
    const numbers = adamwInputs(this.#taken, rate, this.#settings)
    if (this.#programs.accumulate) {
      for (const [i, batch] of batches.entries()) {
        const inputs = { ...batch, draw: this.#taken * accumulate + i, isFirst: i === 0 ? 1 : 0 }
        await run(this.#programs.accumulate, inputs)
      }
      await run(this.#programs.apply, numbers)
    } else await run(this.#programs.apply, { ...batches[0], ...numbers, draw: this.#taken })
    this.#taken++
  }

  /**
   * The loss of the last step's batches before their step, in nats, and the norm of its gradient before clipping. They can be
   * read until the engine runs something else.
   */
  async measure(): Promise<{ loss: number; gradientNorm: number }> {
    const { program } = this.#programs.apply
    return { loss: await readNumber(program, 'loss'), gradientNorm: await readNumber(program, 'gradientNorm') }
  }

  /** The loss over all targets of these batches, in nats, without dropout. */
  async evaluate(batches: Iterable<Batch>): Promise<number> {
    let [sum, count] = [0, 0]
    for (const { ids, targets } of batches) {
      await run(this.#programs.evaluate, { ids, targets })
      sum += await readNumber(this.#programs.evaluate.program, 'sum')
      count += await readNumber(this.#programs.evaluate.program, 'count')
    }
    return sum / count
  }

  /** Begins anew, from these weights. */
  begin(weights: Weights): void {
    setAll(this.#engine, this.#weights, weights)
    for (const node of [...this.#first.values(), ...this.#second.values()])
      this.#engine.set(node, new Float32Array(node.axes.reduce((product, { size }) => product * size, 1)))
    this.#taken = 0
  }

  /** A copy of everything that the next step depends on. */
  async state(): Promise<TrainerState> {
    return {
      step: this.#taken,
      weights: await readAll(this.#engine, this.#weights),
      first: await readAll(this.#engine, this.#first),
      second: await readAll(this.#engine, this.#second),
    }
  }

  /** Goes on from a state, as if there had been no interruption. */
  restore({ step, weights, first, second }: TrainerState): void {
    setAll(this.#engine, this.#weights, weights)
    setAll(this.#engine, this.#first, first)
    setAll(this.#engine, this.#second, second)
    this.#taken = step
  }
}

/** A program, and the inputs it has: a model without dropout has no use for the number of the draw, and so on. */
interface Part {
  readonly program: Program
  readonly wanted: ReadonlySet<string>
}

interface Programs {
  readonly apply: Part
  readonly accumulate: Part | undefined
  readonly evaluate: Part
}

function run({ program, wanted }: Part, inputs: Inputs): Promise<void> {
  return program.run(Object.fromEntries(Object.entries(inputs).filter(([name]) => wanted.has(name))))
}

async function readNumber(program: Program, output: string): Promise<number> {
  return (await program.read(output)).data[0]
}

/** What a training run computes, as graphs. */
export interface TrainingGraphs {
  readonly weights: ReadonlyMap<string, Node>
  readonly moments: ReadonlyMap<string, Moments>
  /** Changes the weights: by the batch itself, or by what was accumulated. */
  readonly apply: Graph
  readonly accumulate: Graph | undefined
  readonly evaluate: Graph
}

/** The graphs of a model's training, as the trainer compiles them. */
export function trainingGraphs(model: LanguageModel, settings: TrainerSettings): TrainingGraphs {
  const { batch, context, accumulate, seed } = settings
  const ids = input('ids', { batch, position: context }, { below: model.config.vocab })
  const targets = input('targets', { batch, position: context }, { below: model.config.vocab })
  const loss = lossSum(model.logits(ids, { step: input('draw', {}) }), targets)
  const weights = parametersOf(model)
  const gradients = gradient(loss.sum, [...weights.values()])
  const moments = new Map([...weights].map(([path, weight]) => [path, momentsOf(weight)]))
  const matrices = matricesOf(loss.sum)

  const collected = accumulate > 1 ? collect(gradients, loss) : undefined
  const sums = collected ?? { gradients, loss }
  const apply = { ...update([...weights.values()], [...moments.values()], matrices, sums, settings), seed }
  const { sum, count } = lossSum(model.logits(ids), targets)
  return {
    weights,
    moments,
    apply,
    accumulate: collected && { outputs: {}, updates: collected.updates, seed },
    evaluate: { outputs: { sum, count } },
  }
}

interface Sums {
  /** The gradients of the loss' sum, in the order of the weights. */
  readonly gradients: readonly Node[]
  readonly loss: LossSum
}

/** Adds gradients and losses up from run to run; the first of a step begins anew. */
function collect(gradients: readonly Node[], loss: LossSum): Sums & { updates: Map<Node, Node> } {
  const isFirst = input('isFirst', {})
  const updates = new Map<Node, Node>()
  const sumOf = (node: Node): Node => {
    const total = parameter(Object.fromEntries(node.axes.map(({ name, size }) => [name, size])), 'zeros')
    updates.set(total, where(isFirst, node as Tensor, add(total, node as Tensor)))
    return total
  }
  return {
    gradients: gradients.map(sumOf),
    loss: { sum: sumOf(loss.sum) as Tensor<never>, count: sumOf(loss.count) as Tensor<never> },
    updates,
  }
}

function update(
  weights: readonly Node[],
  moments: readonly Moments[],
  matrices: ReadonlySet<Node>,
  { gradients, loss }: Sums,
  settings: TrainerSettings,
): Graph {
  const count = maximum(loss.count, 1)
  const gradientNorm = divide(globalNorm(gradients), count)
  const factor = divide(settings.clip > 0 ? clipFactor(gradientNorm, settings.clip) : constant(1), count)
  const step = new AdamWStep()
  const updates = new Map<Node, Node>()
  weights.forEach((weight, i) => {
    const shrinks = settings.decay > 0 && matrices.has(weight)
    const g = multiply(gradients[i] as Tensor, factor)
    for (const [node, value] of adamw(weight, g, moments[i], step, { ...settings, shrinks })) updates.set(node, value)
  })
  return { outputs: { loss: divide(loss.sum, count), gradientNorm }, updates }
}

function checkSettings(settings: TrainerSettings, most: number): void {
  for (const name of ['batch', 'context', 'accumulate'] as const)
    if (!Number.isSafeInteger(settings[name]) || settings[name] < 1)
      throw new Error(`train: ${name} is ${settings[name]}; it must be a whole number, at least 1.`)
  const { context } = settings
  if (context > most) throw new Error(`train: context is ${context}, but the model looks at ${most} positions at most.`)
  for (const name of ['beta1', 'beta2'] as const)
    if (!(settings[name] >= 0 && settings[name] < 1))
      throw new Error(`train: ${name} is ${settings[name]}; it must be at least 0 and below 1.`)
  for (const name of ['epsilon', 'decay', 'clip'] as const)
    if (!(settings[name] >= 0)) throw new Error(`train: ${name} is ${settings[name]}; it must be at least 0.`)
}

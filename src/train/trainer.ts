// The trainer: the training of a model as programs. Forward pass, loss, gradient, clipping and AdamW are one graph, compiled
// once for each shape of batch; a step is one call. See train.ts for the loop around it.
//
// With `accumulate` above 1 a step takes several batches, whose gradients are added up before the weights change: the same
// step as with one batch as large as all of them, in less memory.

import { readAll, setAll } from '../checkpoint/engineWeights.ts'
import type { TrainingState } from '../checkpoint/training.ts'
import type { Weights } from '../checkpoint/weights.ts'
import type { Batch, Shape } from '../data/batch.ts'
import { expectReached } from '../edit/edited.ts'
import { type Engine, type Plan, type Program, runWith } from '../engine/engine.ts'
import { Programs } from '../engine/programs.ts'
import { type EvaluateOptions, Evaluator, type Result, readNumber, shapeKey } from '../evaluate/evaluator.ts'
import { checkBatch, checkFits, type Objective } from '../evaluate/objective.ts'
import type { StepGraphs } from '../evaluate/stepGraphs.ts'
import { cells } from '../tensor/axes.ts'
import type { Node } from '../tensor/node.ts'
import { adamwInputs, type Moments } from './adamw.ts'
import { type TrainerSettings, TrainingGraphs } from './trainingGraphs.ts'

export type { TrainerSettings } from './trainingGraphs.ts'

/** Everything the next step depends on besides its batches. */
export type TrainerState = Pick<TrainingState, 'step' | 'weights' | 'first' | 'second'>

export class Trainer {
  readonly #engine: Engine
  readonly #settings: TrainerSettings
  readonly #objective: Objective
  readonly #graphs: StepGraphs
  readonly #evaluator: Evaluator
  readonly #first: ReadonlyMap<string, Node>
  readonly #second: ReadonlyMap<string, Node>
  readonly #programs: Programs
  #last: Program | undefined
  #plan: Plan = { lasting: 0, passing: 0, kernels: 0 }
  #taken = 0
  #isClosed = false

  private constructor(engine: Engine, objective: Objective, settings: TrainerSettings, graphs: StepGraphs) {
    this.#engine = engine
    this.#objective = objective
    this.#settings = settings
    this.#graphs = graphs
    this.#evaluator = new Evaluator(engine, objective)
    this.#programs = new Programs(engine)
    const moments = (name: keyof Moments) => new Map([...graphs.moments].map(([path, each]) => [path, each[name]]))
    this.#first = moments('first')
    this.#second = moments('second')
  }

  /**
   * Builds the programs of a model's training, and compiles those for the largest batches; others are compiled when a batch
   * needs them. The weights are the engine's: those that were set there, or zeros; `begin` or `restore` sets them.
   *
   * - `shapes`: of the batches that will come, the largest last
   *
   * Throws for shapes that are longer than the model can look at, and for edits of what it does not have.
   */
  static async create(
    engine: Engine,
    objective: Objective,
    settings: TrainerSettings,
    { shapes }: { readonly shapes: readonly Shape[] },
  ): Promise<Trainer> {
    checkSettings(settings)
    for (const shape of shapes) checkFits(shape, objective)
    const longest = (axis: string): number => shapes.reduce((most, shape) => Math.max(most, shape[axis] ?? 0), 0)
    const reached = { positions: longest('position'), sources: longest('source') }
    await expectReached(objective.edits ?? [], objective.model, reached, 'train')
    const graphs = objective.graphs?.(settings) ?? (await TrainingGraphs.of(objective, settings))
    const trainer = new Trainer(engine, objective, settings, graphs)
    const largest = shapes[shapes.length - 1]
    try {
      await trainer.#program(settings.accumulate > 1 ? 'accumulate' : 'apply', largest)
      if (settings.accumulate > 1) await trainer.#finish()
      trainer.#counted(await trainer.#evaluator.program(largest))
    } catch (error) {
      await trainer.close()
      throw error
    }
    return trainer
  }

  /** The number of steps that were taken. */
  get taken(): number {
    return this.#taken
  }

  /** The plan of training's memory, as far as its programs have been compiled: those of the largest batches have. */
  get plan(): Plan {
    return this.#plan
  }

  /**
   * Takes a step: changes the weights so that these batches surprise the model less.
   *
   * - `batches`: as many as `accumulate` says
   * - `rate`: the learning rate
   * - `first`: the number of the first batch among all that training has been given, which decides what dropout hits; it need
   *   not be said where all steps had equally many
   */
  async step(batches: readonly Batch[], rate: number, first = this.#taken * this.#settings.accumulate): Promise<void> {
    const { accumulate } = this.#settings
    if (batches.length !== accumulate)
      throw new Error(`train: a step takes ${accumulate} batches, but got ${batches.length}.`)
    for (const batch of batches) checkBatch(batch, this.#objective)
    const numbers = adamwInputs(this.#taken, rate, this.#settings)
    if (accumulate > 1) {
      for (const [i, { sizes, inputs }] of batches.entries()) {
        const program = await this.#program('accumulate', sizes)
        await runWith(program, { ...inputs, draw: first + i, isFirst: i === 0 ? 1 : 0 })
      }
      this.#last = await this.#finish()
      await runWith(this.#last, numbers)
    } else {
      const [{ sizes, inputs }] = batches
      this.#last = await this.#program('apply', sizes)
      await runWith(this.#last, { ...inputs, ...numbers, draw: first })
    }
    this.#taken++
  }

  /**
   * The loss of the last step's batches before their step, in nats, and the norm of its gradient before clipping. They can be
   * read until the engine runs something else.
   */
  async measure(): Promise<{ loss: number; gradientNorm: number }> {
    if (!this.#last) throw new Error('train: there is nothing to measure before the first step.')
    return { loss: await readNumber(this.#last, 'loss'), gradientNorm: await readNumber(this.#last, 'gradientNorm') }
  }

  /** The loss over all targets of these batches, in nats, without dropout and smoothing; and scores. As `Evaluator` does it. */
  evaluate(batches: Iterable<Batch>, extent?: EvaluateOptions): Promise<Result> {
    return this.#evaluator.evaluate(batches, extent)
  }

  /** Begins anew, from these weights. */
  begin(weights: Weights): void {
    setAll(this.#engine, this.#graphs.weights, weights)
    for (const node of [...this.#first.values(), ...this.#second.values()])
      this.#engine.set(node, new Float32Array(cells(node.axes)))
    this.#taken = 0
  }

  /** A copy of everything that the next step depends on. */
  async state(): Promise<TrainerState> {
    this.#checkOpen()
    return {
      step: this.#taken,
      weights: await readAll(this.#engine, this.#graphs.weights),
      first: await readAll(this.#engine, this.#first),
      second: await readAll(this.#engine, this.#second),
    }
  }

  /** Goes on from a state, as if there had been no interruption. */
  restore({ step, weights, first, second }: TrainerState): void {
    setAll(this.#engine, this.#graphs.weights, weights)
    setAll(this.#engine, this.#first, first)
    setAll(this.#engine, this.#second, second)
    this.#taken = step
  }

  /**
   * Gives back the programs, and what only training needs: the moments, and gradients that were added up. The weights stay, but
   * no step can be taken any more.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#last = undefined
    await Promise.all([this.#programs.close(), this.#evaluator.close()])
    for (const node of this.#graphs.states) this.#engine.forget(node)
  }

  /** The program for batches of a shape. */
  async #program(kind: 'apply' | 'accumulate', shape: Shape): Promise<Program> {
    this.#checkOpen()
    return this.#counted(
      await this.#programs.get(`${kind} ${shapeKey(shape)}`, () => {
        checkFits(shape, this.#objective)
        return this.#graphs[kind](shape)
      }),
    )
  }

  /** The program that takes the step when batches have been added up. */
  async #finish(): Promise<Program> {
    this.#checkOpen()
    return this.#counted(await this.#programs.get('finish', () => this.#graphs.finish()))
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new Error('train: the trainer was closed. Create another, and restore the state in it.')
  }

  /** Takes down what a program needs. */
  #counted(program: Program): Program {
    const most = (of: keyof Plan): number => Math.max(this.#plan[of], program.plan[of])
    this.#plan = { lasting: most('lasting'), passing: most('passing'), kernels: most('kernels') }
    return program
  }
}

function checkSettings(settings: TrainerSettings): void {
  const { accumulate } = settings
  if (!Number.isSafeInteger(accumulate) || accumulate < 1)
    throw new Error(`train: accumulate is ${accumulate}; it must be a whole number, at least 1.`)
  for (const name of ['beta1', 'beta2'] as const)
    if (!(typeof settings[name] === 'number' && settings[name] >= 0 && settings[name] < 1))
      throw new Error(`train: ${name} is ${settings[name]}; it must be at least 0 and below 1.`)
  for (const name of ['epsilon', 'decay', 'clip'] as const) checkAmount(name, settings[name])
}

/** Throws unless the value is a finite number, at least 0. (Infinity would not survive in a checkpoint, whose settings are JSON.) */
export function checkAmount(name: string, value: number): void {
  if (typeof value !== 'number' || !(value >= 0)) throw new Error(`train: ${name} is ${value}; it must be at least 0.`)
  if (value === Infinity) throw new Error(`train: ${name} is ${value}; it must be a finite number.`)
}

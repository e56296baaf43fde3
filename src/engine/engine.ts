// What every engine can do: keep values, compile a graph to a program, run it, and read what it made.

import { type Axis, cells, describeAxes } from '../tensor/axes.ts'
import { graphOf } from '../tensor/graph.ts'
import type { Names } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import { didYouMean } from '../text/spelling.ts'
import { type Box, called, checkParameter, type Lent } from './lent.ts'
import type { StorageType } from './storage.ts'

/** A task for an engine: named results, and new values for parameters, which take effect when all of it is done. */
export interface Graph {
  readonly outputs: Readonly<Record<string, Node>>
  readonly updates?: ReadonlyMap<Node, Node>
  /** Where random nodes begin; 0 if not given. */
  readonly seed?: number
  /** The names of the values, for those who look at the work: in messages and in CUTAWAY_DEBUG. */
  readonly names?: Names | undefined
}

/** A graph of a model's own values. */
export type NamedGraph = Graph & { readonly names: Names }

/** A value that came out of an engine: row-major in the order of its axes. */
export interface Values {
  readonly axes: readonly Axis[]
  readonly data: Float32Array
}

/** The numbers of a run: for every input of the graph one, or as many as it has cells. */
export type Inputs = Readonly<Record<string, number | ArrayLike<number>>>

/** The memory that a program needs, known before anything runs. Bytes. */
export interface Plan {
  /** Weights, and whatever else lasts from run to run. */
  readonly lasting: number
  /** Values that live only during a run, laid over one another where their lives do not meet. */
  readonly passing: number
  readonly kernels: number
}

/** Rows of a parameter that become rows of another, or of the same. */
export interface RowsOf {
  readonly from: Node
  readonly to: Node
}

export interface Program {
  readonly plan: Plan
  /** The names of the inputs that it reads. */
  readonly inputs: readonly string[]
  /**
   * Computes everything once. What it made can be read until the next run of any program of this engine.
   *
   * It may resolve when the work is under way: what is asked of the engine after that comes after the work, and what reads a
   * result waits for it. So nothing but a reading tells that a run is done, or how long it took; a run that fails later makes
   * the next question fail. The inputs are copied at the call: their arrays may be filled anew at once.
   */
  run(inputs: Inputs): Promise<void>
  /**
   * A result of the last run, when that is done, in an array of its own or in `into`.
   *
   * Rejects where `into` has another length than the result.
   */
  read(output: string, into?: Float32Array): Promise<Values>
  /**
   * Gives back what the program has, after the runs that were asked for; it cannot be run or read any more. A program that
   * nobody can reach is closed by itself, some time later: this is for who cannot wait. Parameters keep their numbers.
   */
  close(): Promise<void>
}

/**
 * A machine that computes. One thing is asked of it after the other: whoever runs a program, or fills and reads parameters, awaits that
 * before anything else is asked. A parameter that was never set or filled is zeros.
 */
export interface Engine {
  readonly description: string
  compile(graph: Graph): Promise<Program>
  /**
   * Sets memory aside for a parameter, and settles how it is kept; one that is used in another way first is kept as f32.
   * bf16 halves the memory of a matrix that no program updates. An engine that computes in double precision keeps f64
   * where f32 is asked for.
   *
   * Throws when the parameter is kept as another type already, or cannot be kept as bf16.
   */
  keep(parameter: Node, type: StorageType): void
  /** Sets a parameter, row-major in the order of its axes; the numbers are copied at the call. */
  set(parameter: Node, values: ArrayLike<number>): void
  /** All numbers of a parameter, row-major in the order of its axes. */
  get(parameter: Node): Promise<Float32Array>
  /**
   * Fills a box of a parameter's cells, all of them if none is given: `write` puts every one of them where it belongs in what
   * it is lent, whatever stands there, and has it until it is done. Only the cells of the box are its own.
   *
   * Rejects when the parameter has no such cells, and with whatever `write` throws; then the box may hold anything.
   */
  fill(parameter: Node, write: (room: Lent) => void | Promise<void>, box?: Box): Promise<void>
  /**
   * The result of `use` on the numbers in a box of a parameter's cells, all of them if none is given. It has them until it is
   * done, to be read alone: they may be the engine's own.
   *
   * Rejects when the parameter has no such cells, and with whatever `use` throws.
   */
  read<Result>(parameter: Node, use: (held: Lent) => Result | Promise<Result>, box?: Box): Promise<Result>
  /**
   * Rows change places, of several parameters at once: row i of each `to` becomes what row `rows[i]` of its `from` was, which
   * may be the same parameter. Rows lie along the first axis; of each the first `length` places of the second axis are copied,
   * and what stands behind them means nothing any more.
   *
   * Rejects when there are no such rows, or those of both sides are not alike.
   */
  copyRows(copies: readonly RowsOf[], rows: ArrayLike<number>, length: number): Promise<void>
  /**
   * Gives back a parameter's memory, when no open program uses it any more: its numbers are lost, and used again it begins as
   * zeros. One that nobody can reach is forgotten by itself, some time later.
   */
  forget(parameter: Node): void
  /** Ends the engine's threads and lets its memory go. An engine that nobody can reach is closed by itself, some time later. */
  close(): void
}

/** Says of an engine that it was closed. */
export const wasClosed = (): Error =>
  new Error('engine: it was closed, and its memory with it. Read what you need before, or start another one.')

/**
 * Throws unless all updates of a graph are of parameters, each value lies along axes of its own, and no parameter is kept rounded.
 *
 * - `isHalf`: true for a parameter that is kept as bfloat16
 */
export function checkUpdates({ updates = new Map(), names }: Graph, isHalf: (parameter: Node) => boolean): void {
  for (const [parameter, value] of updates) {
    checkParameter('updates', parameter)
    const fits = value.axes.every(({ name, size }) =>
      parameter.axes.some((own) => own.name === name && own.size === size),
    )
    if (!fits)
      throw new Error(
        `updates: ${called(parameter)} cannot become ${describeAxes(value.axes)}. Give a value with the axes of the parameter, or with some of them.`,
      )
  }
  for (const parameter of updates.keys())
    if (isHalf(parameter))
      throw new Error(
        `compile: ${names?.addressOf(parameter) ?? 'a parameter'} is kept as bf16, but the program gives it new values; keep it as f32.`,
      )
}

/** The nodes of a graph, inputs first. */
export function nodesOf({ outputs, updates = new Map() }: Graph): Node[] {
  return graphOf([...Object.values(outputs), ...updates.values(), ...updates.keys()])
}

/** Runs a program with those of the inputs that it reads: a model without positions, say, has no use for where its tokens stand. */
export function runWith(program: Program, offered: Inputs): Promise<void> {
  return program.run(Object.fromEntries(program.inputs.map((name) => [name, offered[name]])))
}

/** The array for a result: a new one, if none is given. Throws for one of another length. */
export function arrayFor(
  output: string,
  axes: readonly Axis[],
  into: Float32Array = new Float32Array(cells(axes)),
): Float32Array {
  if (into.length !== cells(axes))
    throw new Error(`read: "${output}" ${describeAxes(axes)} has not the ${into.length} cells of the array for it.`)
  return into
}

/** Checks what a run is given: every input there, none too many, each with the right number of cells, ids in range. */
export function checkInputs(nodes: readonly Node[], given: Inputs): void {
  const wanted = nodes.filter(isInput)
  for (const name of Object.keys(given))
    if (!wanted.some(({ operation }) => operation.name === name))
      throw new Error(
        `run: the program has no input "${name}".${didYouMean(
          name,
          wanted.map(({ operation }) => operation.name),
        )}`,
      )
  for (const { operation, axes } of wanted) {
    const value = given[operation.name]
    if (value === undefined) throw new Error(`run: input "${operation.name}" ${describeAxes(axes)} is missing.`)
    const length = typeof value === 'number' ? 1 : value.length
    if (length !== cells(axes))
      throw new Error(
        `run: input "${operation.name}" has ${length} numbers, but ${describeAxes(axes)} has ${cells(axes)} cells.`,
      )
    if (operation.below !== undefined)
      checkIds(operation.name, typeof value === 'number' ? [value] : value, operation.below)
  }
}

function checkIds(name: string, ids: ArrayLike<number>, below: number): void {
  for (let i = 0; i < ids.length; i++)
    if (!(ids[i] >= -1 && ids[i] < below && Number.isInteger(ids[i])))
      throw new Error(
        `run: input "${name}" has the id ${ids[i]} at cell ${i}, outside 0..${below - 1}. The text may have been encoded for another model.`,
      )
}

/** An input of a graph. */
export type InputNode = Node & {
  readonly operation: { readonly kind: 'input'; readonly name: string; readonly below?: number }
}
export const isInput = (node: Node): node is InputNode => node.operation.kind === 'input'

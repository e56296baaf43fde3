// What every engine can do: keep values, compile a graph to a program, run it, and read what it made.

import { type Axis, cells, describeAxes, didYouMean } from '../tensor/axes.ts'
import { graphOf } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'
import type { Storage, StorageType } from './storage.ts'

/** What shall be computed: named results, and new values for parameters, which take effect when all of it is done. */
export interface Graph {
  readonly outputs: Readonly<Record<string, Node>>
  readonly updates?: ReadonlyMap<Node, Node>
  /** Where random nodes begin; 0 if not given. */
  readonly seed?: number
}

/** A value that came out of an engine: row-major in the order of its axes. */
export interface Values {
  readonly axes: readonly Axis[]
  readonly data: Float32Array
}

/** What a run is given: for every input of the graph a number or as many numbers as it has cells. */
export type Inputs = Readonly<Record<string, number | ArrayLike<number>>>

/** What a program needs, known before anything runs. Bytes. */
export interface Plan {
  /** Weights, and whatever else lasts from run to run. */
  readonly lasting: number
  /** Values that live only during a run, laid over one another where their lives do not meet. */
  readonly passing: number
  readonly kernels: number
}

export interface Program {
  readonly plan: Plan
  /** Computes everything once. What it made can be read until the next run of any program of this engine. */
  run(inputs: Inputs): Promise<void>
  read(output: string): Promise<Values>
  /**
   * Gives back what the program has, after the runs that were asked for; it cannot be run or read any more. A program that
   * nobody can reach is closed by itself, some time later: this is for who cannot wait. Parameters keep their numbers.
   */
  close(): Promise<void>
}

export interface Engine {
  readonly description: string
  compile(graph: Graph): Promise<Program>
  /** Sets a parameter, row-major in the order of its axes. A parameter never set begins as zeros. */
  set(parameter: Node, values: ArrayLike<number>): void
  get(parameter: Node): Promise<Float32Array>
  /**
   * The parameter's own memory, to be filled or read in place: what was set before stands there. The view goes stale when
   * anything is compiled or set for the first time.
   *
   * - `type`: how the parameter is to be kept, if that was not settled by an earlier use; f32 if not given. bf16 halves the
   *   memory of a matrix that no program updates. An engine that computes in double precision keeps f64, whatever is asked for.
   *
   * Throws when the parameter is kept as another type already, or cannot be kept as bf16.
   */
  memory(parameter: Node, type?: StorageType): Storage
  /**
   * Gives back a parameter's memory, when no open program uses it any more: its numbers are lost, and used again it begins as
   * zeros. One that nobody can reach is forgotten by itself, some time later.
   */
  forget(parameter: Node): void
  /** Ends the engine's threads and lets its memory go. An engine that nobody can reach is closed by itself, some time later. */
  close(): void
}

/** The nodes of a graph, inputs first. */
export function nodesOf({ outputs, updates = new Map() }: Graph): Node[] {
  return graphOf([...Object.values(outputs), ...updates.values(), ...updates.keys()])
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

type InputNode = Node & {
  readonly operation: { readonly kind: 'input'; readonly name: string; readonly below?: number }
}
const isInput = (node: Node): node is InputNode => node.operation.kind === 'input'

/** A 32-bit key for random nodes, from the seed and the node's name (FNV-1a). */
export function randomKey(name: string, seed: number): number {
  let hash = 0x811c9dc5
  for (const character of `${seed}/${name}`) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return hash >>> 0
}

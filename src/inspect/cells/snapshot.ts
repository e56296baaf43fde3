// The numbers of a pass at one moment: all of them where they are few; else those that were asked for, fetched when an explanation
// comes to one that is not there.

import { type Engine, type Inputs, type Program, runWith } from '../../engine/engine.ts'
import { take } from '../../engine/hostParameters.ts'
import { type Axis, cells } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { placed } from '../../tensor/placed.ts'
import type { CellGraph, ReadValue } from './cellGraph.ts'
import { cellAt, cellPlaces, type KnownNumbers } from './cellValues.ts'

/** Some cells of a value: those at these places. */
interface Part {
  readonly at: Readonly<Record<string, number>>
  readonly axes: readonly Axis[]
  readonly data: ArrayLike<number>
}

export class Snapshot implements KnownNumbers {
  readonly #graph: CellGraph
  readonly #engine: Engine
  readonly #inputs: Inputs
  readonly #names: Names
  readonly #parts = new Map<Node, Part[]>()
  readonly #missing = new Map<Node, number[]>()

  constructor({
    graph,
    engine,
    inputs,
    names,
  }: {
    readonly graph: CellGraph
    readonly engine: Engine
    readonly inputs: Inputs
    readonly names: Names
  }) {
    this.#graph = graph
    this.#engine = engine
    this.#inputs = inputs
    this.#names = names
  }

  has(node: Node): boolean {
    return this.#graph.read.has(node) || isGiven(node)
  }

  at(node: Node, cell: number): number {
    const parts = this.#parts.get(node) ?? this.#given(node)
    const places = parts.length === 1 && Object.keys(parts[0].at).length === 0 ? undefined : cellPlaces(node.axes, cell)
    if (!places) return parts[0].data[cell]
    const part = parts.find(({ at }) => Object.entries(at).every(([axis, place]) => places[axis] === place))
    if (part) return part.data[cellAt(part.axes, places)]
    const missing = this.#missing.get(node) ?? []
    missing.push(cell)
    this.#missing.set(node, missing)
    return Number.NaN
  }

  /** The numbers of an input. */
  #given(node: Node): Part[] {
    const { operation, axes } = node
    const given = operation.kind === 'input' ? this.#inputs[operation.name] : undefined
    const data = typeof given === 'number' ? [given] : given
    const parts = data ? [{ at: {}, axes, data }] : []
    this.#parts.set(node, parts)
    return parts
  }

  /** Takes all values of a program that has just run. */
  async readValues(program: Program): Promise<void> {
    for (const [node, { name }] of this.#graph.read) this.#keep(node, {}, node.axes, (await program.read(name)).data)
  }

  /** Takes all weights. */
  async readWeights(): Promise<void> {
    for (const [node] of this.#graph.anchors)
      if (node.operation.kind === 'parameter') this.#keep(node, {}, node.axes, await this.#engine.get(node))
  }

  /** Fetches what was asked for and was not there. False if there was nothing. */
  async fetch(): Promise<boolean> {
    if (this.#missing.size === 0) return false
    const wanted = [...this.#missing].map(([node, asked]) => ({ node, at: commonPlaces(node, asked) }))
    this.#missing.clear()
    const made = wanted.filter(({ node }) => node.operation.kind !== 'parameter')
    for (const { node, at } of wanted)
      if (node.operation.kind === 'parameter') this.#keep(node, at, axesLeft(node, at), await this.#weights(node, at))
    if (made.length === 0) return true
    const outputs = Object.fromEntries(
      made.map(({ node, at }) => [this.#readOf(node).name, placed(this.#readOf(node).source, at)]),
    )
    const program = await this.#engine.compile({ outputs, names: this.#names })
    try {
      await runWith(program, this.#inputs)
      for (const { node, at } of made) {
        const { axes, data } = await program.read(this.#readOf(node).name)
        this.#keep(node, at, axes, data)
      }
    } finally {
      await program.close()
    }
    return true
  }

  #readOf(node: Node): ReadValue {
    const found = this.#graph.read.get(node)
    if (!found) throw new Error('cells: a step inside of a value was asked of the engine.')
    return found
  }

  #keep(node: Node, at: Part['at'], axes: readonly Axis[], data: ArrayLike<number>): void {
    this.#parts.set(node, [...(this.#parts.get(node) ?? []), { at, axes, data }])
  }

  /** The numbers of a weight at these places, as many as the axes that are left have; along the others there is one. */
  #weights(node: Node, at: Part['at']): Promise<Float32Array> {
    const from = node.axes.map(({ name }) => at[name] ?? 0)
    const box = { from, sizes: node.axes.map(({ name, size }) => (at[name] === undefined ? size : 1)) }
    const numbers = new Float32Array(cells(axesLeft(node, at)))
    return this.#engine.read(
      node,
      (lent) => {
        take(numbers, lent, box)
        return numbers
      },
      box,
    )
  }
}

/** The axes of a value without those on which a place is said. */
const axesLeft = ({ axes }: Node, at: Part['at']): Axis[] => axes.filter(({ name }) => at[name] === undefined)

/** True for what an engine need not be asked to compute. */
const isGiven = ({ operation: { kind } }: Node): boolean => kind === 'parameter' || kind === 'input'

/** The places that some cells of a value have in common. */
function commonPlaces({ axes }: Node, asked: readonly number[]): Record<string, number> {
  const all = asked.map((cell) => cellPlaces(axes, cell))
  return Object.fromEntries(
    axes.flatMap(({ name }) => (all.every((each) => each[name] === all[0][name]) ? [[name, all[0][name]]] : [])),
  )
}

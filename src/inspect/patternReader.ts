// Attention patterns, a layer at a time. One program runs the model and gives the queries and keys of all layers that are wanted; another
// makes the patterns of one layer of these, and serves all layers whose attention is alike. So of what grows with the square of the
// text's length a single layer is held, and two programs are compiled, however many layers there are.

import type { Edited } from '../edit/edit.ts'
import { type Engine, type Program, runWith, type Values } from '../engine/engine.ts'
import { checkFinite } from '../engine/finite.ts'
import { Programs } from '../engine/programs.ts'
import { givenOf, type InputValues } from '../model/inputValues.ts'
import type { AnyModel } from '../model/language.ts'
import type { AxisSizes } from '../model/reads.ts'
import type { Names } from '../tensor/names.ts'
import { Node } from '../tensor/node.ts'
import { expand } from '../tensor/primitives.ts'
import { Rewriting } from '../tensor/rewrite.ts'
import { graphKey } from '../tensor/sameGraph.ts'
import { editedNames } from './editedPass.ts'
import { axesNamed } from './layout.ts'
import {
  cutsOf,
  type PatternBytes,
  type PatternLayer,
  patternBytesOf,
  patternLayers,
  type WantedHeads,
} from './patternLayers.ts'

/** Reads the patterns of one model over texts of one size, layer by layer; compiles once. */
export class PatternReader {
  readonly layers: readonly PatternLayer[]
  readonly names: Names
  readonly #programs: Programs
  readonly #also: Readonly<Record<string, Node>>
  #given: Record<string, ArrayLike<number>> = {}
  #kept: ReadonlyMap<string, Float32Array> = new Map()

  constructor(engine: Engine, names: Names, wanted: WantedHeads, also: Readonly<Record<string, Node>> = {}) {
    this.names = names
    this.layers = patternLayers(names, wanted)
    this.#programs = new Programs(engine)
    this.#also = also
  }

  /**
   * A reader of texts of these sizes: `{ batch: 3, position: 12 }`.
   *
   * - `optional`: the inputs that the texts bring and the model does without too
   * - `also`: other values that the same run is to give, by names of their own
   *
   * Throws for a layer or a head that the model does not have, and for a model without attention.
   */
  static async of({
    layers,
    heads,
    also = () => ({}),
    ...asked
  }: Edited<AnyModel> &
    WantedHeads & {
      readonly sizes: AxisSizes
      readonly optional?: readonly string[]
      readonly also?: ((names: Names) => Readonly<Record<string, Node>>) | undefined
    }): Promise<PatternReader> {
    const names = await editedNames(asked)
    return new PatternReader(asked.engine, names, { layers, heads }, also(names))
  }

  get bytes(): PatternBytes {
    return patternBytesOf(this.names, this.layers)
  }

  /** Runs the model over texts, those of a batch one behind the other, and gives what it was asked for besides. */
  async begin(inputs: InputValues): Promise<ReadonlyMap<string, Values>> {
    this.#given = givenOf(inputs)
    const ends = new Map(this.layers.flatMap(({ address }) => [...cutsOf(this.names, address)]))
    const outputs = { ...Object.fromEntries(ends), ...this.#also }
    if (Object.keys(outputs).length === 0) return new Map()
    const program = await this.#programs.get('the model', () => ({ outputs, names: this.names }))
    await runWith(program, this.#given)
    const kept = new Map<string, Float32Array>()
    for (const address of ends.keys()) kept.set(address, (await program.read(address)).data)
    this.#kept = kept
    const also = new Map<string, Values>()
    for (const name of Object.keys(this.#also)) also.set(name, await program.read(name))
    return also
  }

  /**
   * The patterns of a layer in the texts that the reader began with: for each text, for each head of the layer, position by source, dense.
   *
   * Throws for a share that is no finite number.
   */
  async read({ address, node }: PatternLayer): Promise<Values> {
    const ends = cutsOf(this.names, address)
    const places = new Map([...ends].map(([name, end], i) => [end, { name, input: `pattern ${i}` }]))
    const rewriting = new Rewriting((each) => {
      const place = places.get(each)
      return place && new Node({ kind: 'input', name: place.input }, [], each.axes)
    })
    const made = rewriting.of(headsFirst(node))
    const program: Program = await this.#programs.get(graphKey(made), () => ({ outputs: { pattern: made } }))
    const kept = [...places.values()].map(({ name, input }) => [input, this.#kept.get(name) ?? []] as const)
    await runWith(program, { ...this.#given, ...Object.fromEntries(kept) })
    const values = await program.read('pattern')
    checkFinite(`pattern: a share of ${address}`, values.data)
    return values
  }

  /** Gives back its programs. */
  async close(): Promise<void> {
    this.#kept = new Map()
    await this.#programs.close()
  }
}

/** The same patterns, lying in memory head by head. */
const headsFirst = (node: Node): Node =>
  expand(node, axesNamed(node.axes, ['batch', 'head', 'group', 'position', 'source']))

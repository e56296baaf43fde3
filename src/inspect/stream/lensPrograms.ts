// The programs of the lenses: one runs the model and gives its states; others read one state each, by the part of the model's graph
// that stands between its last state and its logits. The model's own logits stay in the engine, for what is held against them.

import { type Engine, type Graph, runWith } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import type { InputValues } from '../../model/inputValues.ts'
import { givenOf } from '../../model/inputValues.ts'
import { hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import { Node, type Tensor } from '../../tensor/node.ts'
import { parameter } from '../../tensor/primitives.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { measuresOf } from './guesses.ts'
import { type AnswerAxis, answersOf } from './readout.ts'
import { type StreamState, streamStates } from './states.ts'
import type { TunedLens } from './tunedLens.ts'

/** The way in which a state is read. */
export type LensKind = 'own' | 'final' | 'tuned'

/** One list for each measure of `measuresOf`, of a number for each position. */
export type Measures = Readonly<Record<string, Float32Array>>

export class LensPrograms {
  readonly states: readonly StreamState[]
  readonly #engine: Engine
  readonly #names: Names
  readonly #logits: Node
  readonly #axis: AnswerAxis
  readonly #final: Tensor
  /** The numbers of the last norm that 'final' takes from the last state, and the inputs that stand for them. */
  readonly #factors: ReadonlyMap<Node, Node>
  readonly #target: Node | undefined
  readonly #top: number
  readonly #tuned: TunedLens | undefined
  readonly #keeps: boolean
  readonly #programs: Programs
  #given: Record<string, ArrayLike<number>> = {}

  /** - `keeps`: true where the model's own program is kept for the next example: its memory is then not there for the lenses */
  constructor(
    engine: Engine,
    names: Names,
    { top, hasTarget, tuned, keeps }: { top: number; hasTarget: boolean; tuned: TunedLens | undefined; keeps: boolean },
  ) {
    this.#engine = engine
    this.#names = names
    const { node, axis } = answersOf(names, 'lens')
    this.#logits = node
    this.#axis = axis
    this.states = streamStates(names, 'lens')
    this.#final = parameter(Object.fromEntries(this.#logits.axes.map(({ name, size }) => [name, size])), 'zeros')
    this.#top = top
    this.#tuned = tuned
    this.#keeps = keeps
    this.#programs = new Programs(engine)
    const rows = node.axes.filter(({ name }) => name !== axis)
    this.#target = hasTarget ? given('lens target', rows) : undefined
    const last = this.#last.node
    const readout = graphOf([node], { has: (each) => each === last })
    const factors = readout.filter((each) => isFactor(each, axis))
    this.#factors = new Map(factors.map((each, i) => [each, given(`lens factor ${i}`, each.axes)]))
  }

  get #last(): StreamState {
    return this.states[this.states.length - 1]
  }

  /** True if the readout has a norm, whose number for each position may be that of the last state. */
  get hasFactors(): boolean {
    return this.#factors.size > 0
  }

  /** Runs the model: gives its states by their addresses, and what its own logits say. `target`: the tokens that are asked about. */
  async begin(
    inputs: InputValues,
    target: ArrayLike<number> | undefined,
  ): Promise<{ states: Map<string, Float32Array>; final: Measures }> {
    const outputs = Object.fromEntries([
      ...this.states.map(({ address, node }) => [address, node]),
      ...[...this.#factors].map(([node], i) => [`lens factor ${i}`, node]),
    ])
    const updates = new Map([[this.#final, this.#logits]])
    const graph = (): Graph => ({ outputs, updates, names: this.#names })
    const program = await (this.#keeps ? this.#programs.get('states', graph) : this.#engine.compile(graph()))
    try {
      this.#given = { ...givenOf(inputs), ...(target && { 'lens target': target }) }
      await runWith(program, this.#given)
      const states = new Map<string, Float32Array>()
      for (const { address } of this.states) states.set(address, (await program.read(address)).data)
      for (let i = 0; i < this.#factors.size; i++)
        this.#given[`lens factor ${i}`] = (await program.read(`lens factor ${i}`)).data
      return { states, final: await this.#measure('own logits', () => this.#final) }
    } finally {
      if (!this.#keeps) await program.close()
    }
  }

  /** The measures of what a state says. `numbers`: those of the state. */
  async read({ address, node }: StreamState, lens: LensKind, numbers: Float32Array): Promise<Measures> {
    this.#given['lens state'] = numbers
    const key = lens === 'tuned' ? `tuned ${address}` : lens
    return this.#measure(key, () => {
      const state = given('lens state', node.axes)
      const translated = lens === 'tuned' ? this.#tuned?.translated(address, state) : state
      return this.#readout(translated ?? state, lens === 'final')
    })
  }

  /** Gives back the programs, and the logits that were kept. */
  async close(): Promise<void> {
    await this.#programs.close()
    this.#engine.forget(this.#final)
  }

  /** The logits of another stream in place of the last state. */
  #readout(state: Node, isFinal: boolean): Node {
    const last = this.#last.node
    const rewriting = new Rewriting((node) => (node === last ? state : isFinal ? this.#factors.get(node) : undefined))
    return rewriting.of(this.#logits)
  }

  async #measure(key: string, logits: () => Node): Promise<Measures> {
    const asked = { axis: this.#axis, final: this.#final, top: this.#top, target: this.#target }
    const program = await this.#programs.get(key, () => ({ outputs: measuresOf(logits(), asked) }))
    await runWith(program, this.#given)
    const found: Record<string, Float32Array> = {}
    for (const name of Object.keys(measuresOf(this.#final, asked))) found[name] = (await program.read(name)).data
    return found
  }
}

const given = (name: string, axes: Node['axes']): Tensor => new Node({ kind: 'input', name }, [], axes) as Tensor

/** One number for each position, by which a norm divides. */
const isFactor = ({ operation, axes }: Node, axis: AnswerAxis): boolean =>
  operation.kind === 'apply' &&
  operation.function === 'reciprocal' &&
  hasAxis(axes, 'position') &&
  !hasAxis(axes, 'model') &&
  !hasAxis(axes, axis)

// Numbers of many nodes at one position, which is given at each run: compiled once for all positions of a text's length, and no more is
// computed than this position needs.

import { type Engine, runWith, type Values } from '../../engine/engine.ts'
import { Programs } from '../../engine/programs.ts'
import { givenOf, type InputValues } from '../../model/inputValues.ts'
import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { gather, input } from '../../tensor/primitives.ts'
import { isWeight, isWeightOfPlaces } from '../stream/forms.ts'

const place = 'journey position'

/** The numbers that a run gave: of each node its values, without the axes "batch" and, where it was read there, "position". */
export type SeenHere = ReadonlyMap<Node, Values>

export class AtPosition {
  readonly #engine: Engine
  readonly #names: Names
  readonly #nodes: readonly Node[]
  readonly #weights: readonly Node[]
  readonly #outputs: Readonly<Record<string, Node>>
  readonly #programs: Programs

  /** `here`: the nodes that are read at the position; `whole`: those of which all positions are. */
  constructor(engine: Engine, names: Names, { here, whole }: { here: Iterable<Node>; whole: Iterable<Node> }) {
    this.#engine = engine
    this.#programs = new Programs(engine)
    this.#names = names
    const all = [...new Set(here)]
    const longest = Math.max(1, ...all.map(({ axes }) => (hasAxis(axes, 'position') ? sizeOf(axes, 'position') : 1)))
    const at = input(place, { position: 1 }, { below: longest })
    const placed = new Map<Node, Node>([
      ...[...new Set(whole)].map((node) => [node, node] as const),
      ...all.map(
        (node) => [node, hasAxis(node.axes, 'position') ? gather(node as Tensor, at, 'position') : node] as const,
      ),
    ])
    const isSame = (node: Node): boolean => isWeight(node) && !isWeightOfPlaces(node)
    const values = [...placed].filter(([node]) => !isSame(node))
    this.#weights = all.filter(isSame)
    this.#nodes = values.map(([node]) => node)
    this.#outputs = Object.fromEntries(values.map(([, node], i) => [`${i}`, node]))
  }

  async read(inputs: InputValues, position: number): Promise<SeenHere> {
    const program = await this.#programs.get('values', () => ({ outputs: this.#outputs, names: this.#names }))
    await runWith(program, { ...givenOf(inputs), [place]: [position] })
    const seen = new Map<Node, Values>()
    for (const [i, node] of this.#nodes.entries()) seen.set(node, ofOne(await program.read(`${i}`)))
    for (const node of this.#weights) seen.set(node, { axes: node.axes, data: await this.#engine.get(node) })
    return seen
  }

  close(): Promise<void> {
    return this.#programs.close()
  }
}

/** Values of one text at one position. */
const ofOne = ({ axes, data }: Values): Values => ({
  axes: axes.filter(({ name, size }) => size > 1 || (name !== 'batch' && name !== 'position')),
  data,
})

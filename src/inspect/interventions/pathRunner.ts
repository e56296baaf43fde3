// The second half of path patching as one graph: a run with what senders say and all other heads as they were, and a run with what
// the receivers were in that one. Each row of the batch is another sender.

import { type Program, runWith, type Values } from '../../engine/engine.ts'
import type { InputValues } from '../../model/inputValues.ts'
import { type Address, placesIn } from '../../tensor/address.ts'
import { type Axis, cells } from '../../tensor/axes.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { table, where } from '../../tensor/primitives.ts'
import { type NodeReplacement, replacing } from '../../tensor/replacing.ts'
import { inEveryRow, sizesOf } from './inEveryRow.ts'
import { chosenValue, givenName, isAt, keptInput, keptName, rowChoices, type Swept, sweptValues } from './sweep.ts'

interface Ends {
  readonly rows: number
  readonly frozen: readonly string[]
  readonly senders: readonly Address[]
  readonly receivers: readonly Address[]
}

/** The two runs as one graph, and what it is given. */
export class PathRunner {
  /** The names of the second run. */
  readonly names: Names
  readonly #rows: number
  /** The values of the senders: where one is chosen stands what is sent. */
  readonly #sent: readonly Swept[]
  readonly #frozen: readonly string[]

  constructor(names: Names, { rows, frozen, senders, receivers }: Ends) {
    this.#rows = rows
    this.#frozen = frozen
    this.#sent = sweptValues(names, senders)
    const heard = this.#heard(names, [...new Set(receivers.map(({ path }) => path))])
    const hearing = [...Map.groupBy(receivers, (receiver) => receiver.path)].map(
      ([path, own]): readonly [Node, NodeReplacement] => [
        names.valueAt(path),
        (value) => where(placesOf(value.axes, own) as Tensor, heard.get(path) as Tensor, value as Tensor),
      ],
    )
    const rewriting = replacing(new Map(hearing))
    this.names = names.carried((node) => rewriting.of(node))
  }

  /** The metric of each sender; undefined sends nothing. */
  async run(
    program: Program,
    inputs: InputValues,
    {
      kept,
      sent,
      senders,
    }: {
      readonly kept: ReadonlyMap<string, Values>
      readonly sent: ReadonlyMap<string, Values>
      readonly senders: readonly (Address | undefined)[]
    },
    report: (done: number) => void = () => {},
  ): Promise<number[]> {
    const given: Record<string, ArrayLike<number>> = inEveryRow(inputs, this.#rows)
    for (const path of this.#frozen) given[keptName(path)] = kept.get(path)?.data ?? []
    for (const { path } of this.#sent) given[givenName(path)] = sent.get(path)?.data ?? []
    const found: number[] = []
    for (let from = 0; from < senders.length; from += this.#rows) {
      const now = senders.slice(from, from + this.#rows)
      const choices = rowChoices(
        this.#sent,
        now.map((sender) => (sender ? [sender] : [])),
      )
      await runWith(program, { ...given, ...choices })
      found.push(...(await program.read('metric')).data.slice(0, now.length))
      report(found.length)
    }
    return found
  }

  /** The first run: what the receivers are before they themselves would be held to what they were. */
  #heard(names: Names, receivers: readonly string[]): ReadonlyMap<string, Node> {
    const live = new Map<Node, Node>()
    const sent = new Map(this.#sent.map((each) => [each.path, each]))
    const paths = [...new Set([...this.#frozen, ...sent.keys()])]
    const rewriting = replacing(
      new Map(
        paths.map((path) => {
          const node = names.valueAt(path)
          return [
            node,
            (value: Node) => {
              live.set(node, value)
              const here = this.#frozen.includes(path) ? keptInput(path, node) : value
              const own = sent.get(path)
              return own ? chosenValue(own, here) : here
            },
          ]
        }),
      ),
    )
    return new Map(
      receivers.map((path) => {
        const node = names.valueAt(path)
        const made = rewriting.of(node)
        return [path, live.get(node) ?? made]
      }),
    )
  }
}

/** 1 at the places that some addresses of one value mean, along the axes on which they say places. */
function placesOf(axes: readonly Axis[], addresses: readonly Address[]): Node {
  const asked = addresses.map((address) => placesIn(axes, address, 'paths'))
  const own = axes.filter(({ name }) => asked.some((at) => at[name] !== undefined))
  const numbers = Array.from({ length: cells(own) }, (_, cell) => (asked.some((at) => isAt(own, cell, at)) ? 1 : 0))
  return table(sizesOf(own), numbers)
}

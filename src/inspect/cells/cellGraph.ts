// The graph of a pass as cells see it: every definition opened, the values that have names, and between them the steps that have none.
//
// A named value, its gradient, a weight and an input are *anchors*. What lies between two anchors is a step of the later one, counted in the
// order of computation. An engine gives the numbers of anchors, of products that are used several times, and going backward, where few
// values have names, of all products and what goes into them; between these, numbers follow from the formula.

import { dependsOn, gradient } from '../../tensor/gradient.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { unknownAddress } from '../../tensor/unknownAddress.ts'
import { didYouMean } from '../../text/spelling.ts'
import { type Formula, formulaOf } from '../shapes/formula.ts'
import { type OpenedPass, openPass } from '../shapes/opened.ts'
import { isNumber, isUnchanged } from '../stream/forms.ts'
import { type CellAddress, cellAddressText } from './cellAddress.ts'
import type { CellOf } from './explanation.ts'
import { behindNames, recognised } from './recognised.ts'

/** A value with a name. */
export interface AnchorValue {
  readonly path: string
  readonly of: CellOf
}

/** A value whose numbers a program gives. */
export interface ReadValue {
  /** The name of the program's output. */
  readonly name: string
  /** The node of the pass, before anything in it was opened. */
  readonly source: Node
}

/** The path of the loss, whose gradients are explained. */
const lossPath = 'loss'

export class CellGraph {
  readonly opened: OpenedPass
  /** The values that a program gives, by the nodes that stand for them in the opened graph. */
  readonly read: ReadonlyMap<Node, ReadValue>
  readonly #anchors = new Map<Node, AnchorValue>()
  readonly #sources = new Map<Node, Node>()
  readonly #values = new Map<string, Node>()
  readonly #gradients = new Map<string, Node>()
  readonly #steps = new Map<Node, readonly Node[]>()
  #shares: ReadonlyMap<Node, Node> | undefined

  /**
   * - `names`: those of the pass, with all edits done; `loss`: whose gradients are explained, if any are
   *
   * The gradients of values that the loss does not depend on are not there.
   */
  constructor(names: Names, loss?: Tensor<never>) {
    const values = [...names.values]
    const wanted = loss ? values.filter(([, node]) => dependsOn(loss, node)) : []
    const found = loss
      ? gradient(
          loss,
          wanted.map(([, node]) => node),
        )
      : []
    this.opened = openPass({ outputs: [...values.map(([, node]) => node), ...(loss ? [loss] : []), ...found], names })
    for (const [path, node] of values) this.#register(path, 'value', node)
    if (loss) this.#register(lossPath, 'value', loss)
    for (const node of this.opened.nodes)
      if (node.operation.kind === 'input') this.#register(node.operation.name, 'value', node)
    // One gradient may be that of several values: it belongs to the last of them, the others only pass it on.
    for (const [i, [path]] of [...wanted.entries()].reverse()) this.#register(path, 'gradient', found[i])
    const named = [...this.#sources].filter(
      ([
        {
          operation: { kind },
        },
      ]) => kind !== 'parameter' && kind !== 'input',
    )
    const inside = [...this.#usedAgain(values.map(([, node]) => node)), ...(loss ? this.#backward(loss, found) : [])]
    this.read = new Map([
      ...named.map(([node, source]) => [node, { name: this.#nameOf(node), source }] as const),
      ...inside.map(([node, source], i) => [node, { name: `step ${i}`, source }] as const),
    ])
  }

  /** The products without a name that several others use: before RoPE turns them, say. */
  #usedAgain(ends: readonly Node[]): [node: Node, source: Node][] {
    const uses = new Map<Node, number>()
    for (const { inputs } of graphOf(ends)) for (const each of inputs) uses.set(each, (uses.get(each) ?? 0) + 1)
    return [...uses]
      .filter(([{ operation }, count]) => operation.kind === 'dot' && count > 1)
      .map(([source]): [Node, Node] => [this.opened.of(source), source])
      .filter(([node]) => !this.#anchors.has(node))
  }

  /** The products of a gradient that have no name, and what goes into them. */
  #backward(loss: Node, gradients: readonly Node[]): [node: Node, source: Node][] {
    const found = new Map<Node, Node>()
    for (const source of graphOf(gradients)) {
      if (source.id <= loss.id || !['dot', 'reduce', 'scatter'].includes(source.operation.kind)) continue
      for (const each of [source, ...source.inputs.map(behindNames)]) {
        const node = this.opened.of(each)
        const isMade = each.id > loss.id && !isPassedThrough(each) && each.operation.kind !== 'table'
        if (isMade && !this.#anchors.has(node)) found.set(node, each)
      }
    }
    return [...found]
  }

  #nameOf(node: Node): string {
    const { path, of } = this.#anchors.get(node) ?? { path: '', of: 'value' }
    return of === 'value' ? path : `∂ ${path}`
  }

  /** The anchors, each with the node that stands for it in the opened graph. */
  get anchors(): ReadonlyMap<Node, AnchorValue> {
    return this.#anchors
  }

  /** The paths of all values of a kind. */
  pathsOf(of: CellOf): string[] {
    return [...(of === 'value' ? this.#values : this.#gradients).keys()]
  }

  /** The node at an address: a value, its gradient, or a step inside of one. Throws for one that is not there. */
  nodeAt(address: CellAddress, of: CellOf): Node {
    const node = this.#anchorAt(address.path, of)
    if (address.step === undefined) return node
    const steps = this.stepsOf(this.#anchors.get(node)?.path === address.path ? node : undefined)
    const step = steps[address.step - 1]
    if (step) return step
    throw new Error(
      `cells: ${cellAddressText(address)}: ${address.path} has ${steps.length === 0 ? 'no steps inside' : `the steps 1 to ${steps.length}`}. Give one of these, or leave the step out.`,
    )
  }

  #anchorAt(path: string, of: CellOf): Node {
    const known = of === 'value' ? this.#values : this.#gradients
    const node = known.get(path)
    if (node) return node
    if (of === 'value') throw unknownAddress(path, [...known.keys()], 'cells')
    if (known.size === 0)
      throw new Error(
        'cells: gradients were not asked for when the model was looked at. Look again, with hasGradients.',
      )
    throw new Error(
      `cells: the loss has no gradient at ${path}: it does not depend on it, or there is no such value.${didYouMean(path, [...known.keys()])}`,
    )
  }

  /** The steps inside an anchor, in the order of computation. */
  stepsOf(anchor: Node | undefined): readonly Node[] {
    if (!anchor) return []
    const known = this.#steps.get(anchor)
    if (known) return known
    const around = { has: (node: Node) => node !== anchor && this.#anchors.has(node) }
    const steps = graphOf([anchor], around).filter((node) => node !== anchor && !isPassedThrough(node))
    this.#steps.set(anchor, steps)
    return steps
  }

  /** The shares that a softmax makes of its powers. */
  sharesOf(powers: Node): Node | undefined {
    this.#shares ??= new Map(
      this.opened.nodes.flatMap((node) => {
        const found = recognised(node)
        return found?.kind === 'softmax' ? [[found.powers, node]] : []
      }),
    )
    return this.#shares.get(powers)
  }

  /** The formula of a node, written down to the values that have names. A gradient's name is that of its value, behind ∂. */
  formulaOf(node: Node): Formula {
    const addressOf = (each: Node): string | undefined => {
      return this.#anchors.has(each) ? this.#nameOf(each) : undefined
    }
    return formulaOf(node, { addressOf })
  }

  #register(path: string, of: CellOf, source: Node): void {
    const node = this.opened.of(source)
    const known = of === 'value' ? this.#values : this.#gradients
    if (!known.has(path)) known.set(path, node)
    if (this.#anchors.has(node)) return
    this.#anchors.set(node, { path, of })
    this.#sources.set(node, source)
  }
}

/** True for nodes that are no steps of their own: numbers and places, and the same values under other names. */
const isPassedThrough = (node: Node): boolean => isUnchanged(node) || isNumber(node) || node.operation.kind === 'index'

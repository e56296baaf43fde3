// Names for the steps of a graph: a step's own address, that of the value it is part of, or that of the value whose gradient
// it is.

import type { Node } from '../tensor/node.ts'
import type { OpenedGraph } from './opened.ts'

export interface Name {
  /** The address of the value, or of the value whose gradient this is; undefined for a step without a name. */
  readonly address: string | undefined
  readonly isGradient: boolean
  /** Computed in the forward pass already, and here once more, to save memory. */
  readonly isAgain: boolean
}

/** What to call any node of the graph. */
export function namesOf(graph: OpenedGraph): (node: Node) => Name {
  const naming = new Naming(graph)
  return (node) => naming.of(graph.resolve(node))
}

class Naming {
  readonly #graph: OpenedGraph
  readonly #names = new Map<Node, Name>()

  constructor(graph: OpenedGraph) {
    this.#graph = graph
    for (const [node, address] of graph.addresses) this.#set(node, address)
    for (const node of graph.nodes.toReversed()) this.#nameSteps(node)
    for (const node of graph.nodes) if (node.operation.kind === 'dot') this.#nameGradients(node)
  }

  of(node: Node): Name {
    const own = this.#names.get(node)
    if (own) return own
    // The same values under another name of an axis, or along more axes.
    const isSameValue = node.operation.kind === 'rename' || node.operation.kind === 'expand'
    return isSameValue
      ? this.of(this.#graph.resolve(node.inputs[0]))
      : { address: undefined, isGradient: false, isAgain: false }
  }

  /** A step without a name belongs to the value that is made of it: the product in product + bias. */
  #nameSteps(node: Node): void {
    const name = this.#names.get(node)
    if (name?.address === undefined || node.operation.kind !== 'apply') return
    for (const input of node.inputs) {
      if (!this.#names.has(input) && input.axes.length === node.axes.length) this.#set(input, name.address)
    }
  }

  /** A product y = a · b has two more going backward: the gradient of y times b is that of a, and the other way round. */
  #nameGradients(node: Node): void {
    const forward = this.#graph.backwardOf(node)
    if (forward?.operation.kind !== 'dot' || this.#names.has(node)) return
    const factors = forward.inputs.map((input) => this.#graph.resolve(input))
    const sides = node.inputs.map((input) => this.#graph.resolve(input))
    const known = sides.findIndex((side) => factors.includes(side))
    if (known < 0) return
    const [a, b] = factors
    this.#set(node, this.of(sides[known] === b ? a : b).address, true)
    const upstream = sides[1 - known]
    if (!this.#names.has(upstream)) this.#set(upstream, this.of(forward).address, true)
  }

  #set(node: Node, address: string | undefined, isGradient = false): void {
    const isAgain = !isGradient && node.operation.kind !== 'parameter' && this.#graph.backwardOf(node) !== undefined
    this.#names.set(node, { address, isGradient, isAgain })
  }
}

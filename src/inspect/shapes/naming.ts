// Names for the steps of a graph: a step's own address, that of the value it is part of, or that of the value whose gradient
// it is.

import type { Node } from '../../tensor/node.ts'
import type { OpenedPass } from './opened.ts'

export interface Name {
  /** The address of the value, or of the value whose gradient this is; undefined for a step without a name. */
  readonly address: string | undefined
  readonly isGradient: boolean
  /** Computed in the forward pass already, and here once more, to save memory. */
  readonly isAgain: boolean
}

/** The name of any node of an opened pass. */
export function namesOf(pass: OpenedPass): (node: Node) => Name {
  const naming = new Naming(pass)
  return (node) => naming.of(node)
}

class Naming {
  readonly #pass: OpenedPass
  readonly #names = new Map<Node, Name>()

  constructor(pass: OpenedPass) {
    this.#pass = pass
    for (const node of pass.nodes) {
      const address = pass.addressOf(node)
      if (address !== undefined) this.#set(node, address)
    }
    for (const node of pass.nodes.toReversed()) this.#nameSteps(node)
    for (const node of pass.nodes) if (node.operation.kind === 'dot') this.#nameGradients(node)
  }

  of(node: Node): Name {
    const own = this.#names.get(node)
    if (own) return own
    // The same values under another name of an axis, or along more axes.
    const isSameValue = node.operation.kind === 'rename' || node.operation.kind === 'expand'
    return isSameValue ? this.of(node.inputs[0]) : { address: undefined, isGradient: false, isAgain: false }
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
    const forward = this.#pass.names.forwardOf(node)
    if (forward?.operation.kind !== 'dot' || this.#names.has(node)) return
    const known = node.inputs.findIndex((side) => forward.inputs.includes(side))
    if (known < 0) return
    const [a, b] = forward.inputs
    this.#set(node, this.of(node.inputs[known] === b ? a : b).address, true)
    const upstream = node.inputs[1 - known]
    if (!this.#names.has(upstream)) this.#set(upstream, this.of(forward).address, true)
  }

  #set(node: Node, address: string | undefined, isGradient = false): void {
    const isAgain = !isGradient && node.operation.kind !== 'parameter' && this.#pass.names.forwardOf(node) !== undefined
    this.#names.set(node, { address, isGradient, isAgain })
  }
}

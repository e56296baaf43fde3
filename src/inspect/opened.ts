// The whole graph, with what definitions have inside: attention's scores and pattern as nodes among the others.
//
// An engine may run a definition in one kernel; whoever wants to know what is computed opens it and finds the nodes that
// say what the kernel means.

import { graphOf } from '../tensor/names.ts'
import type { Node } from '../tensor/node.ts'

export interface OpenedGraph {
  /** All nodes in the order in which they were written down: forward, then backward; inputs before what uses them. */
  readonly nodes: readonly Node[]
  /** The addresses of the values that have one. Values that are computed once more going backward have theirs again. */
  readonly addresses: ReadonlyMap<Node, string>
  /** A part of a definition gives the node behind it; every other node gives itself. */
  resolve(node: Node): Node
  /** The node of the forward pass to whose gradient a node belongs, if it belongs to one. */
  backwardOf(node: Node): Node | undefined
}

/** The graph that leads to `ends`, with every definition on the way opened. */
export function openGraph(ends: readonly Node[]): OpenedGraph {
  const opening = new Opening()
  for (const node of graphOf(ends).sort((a, b) => a.id - b.id)) opening.add(node)
  return opening
}

interface Inside {
  readonly results: readonly Node[]
  readonly inside: Readonly<Record<string, Node>>
}

class Opening implements OpenedGraph {
  readonly nodes: Node[] = []
  readonly addresses = new Map<Node, string>()
  readonly #seen = new Set<Node>()
  readonly #behind = new Map<Node, Node>()
  readonly #opened = new Map<Node, Inside>()
  readonly #backwardOf = new Map<Node, Node>()
  /** Where a definition stands in the model, by its node: `blocks.3.attention.` */
  readonly #prefixes = new Map<Node, string>()

  resolve(node: Node): Node {
    return this.#behind.get(node) ?? node
  }

  backwardOf(node: Node): Node | undefined {
    return node.backwardOf ?? this.#backwardOf.get(node)
  }

  add(node: Node): void {
    if (this.#seen.has(node)) return
    this.#seen.add(node)
    const { operation } = node
    if (operation.kind === 'part') this.#addPart(node, node.inputs[0], operation.index)
    else if (operation.kind !== 'defined') this.nodes.push(node)
    if (node.path !== undefined) this.addresses.set(this.resolve(node), node.path)
  }

  /** What leads to one result of a definition takes the place of that result. */
  #addPart(part: Node, whole: Node, index: number): void {
    const { results, inside } = this.#open(whole)
    const forward = part.backwardOf ?? whole.backwardOf
    for (const node of graphOf([results[index]]).sort((a, b) => a.id - b.id)) {
      if (this.#seen.has(node)) continue
      if (forward) this.#backwardOf.set(node, forward)
      node.place = part.place
      this.add(node)
    }
    this.#behind.set(part, this.resolve(results[index]))
    // The values inside are known beside the definition's first result: blocks.3.attention.mixed → blocks.3.attention.pattern.
    if (index === 0 && part.path !== undefined) {
      this.#prefixes.set(whole, part.path.slice(0, part.path.lastIndexOf('.') + 1))
    }
    const prefix = this.#prefixes.get(forward ?? whole)
    if (prefix === undefined) return
    for (const [name, node] of Object.entries(inside)) {
      if (!this.addresses.has(node)) this.addresses.set(node, prefix + name)
    }
  }

  #open(whole: Node): Inside {
    const known = this.#opened.get(whole)
    if (known) return known
    if (whole.operation.kind !== 'defined') throw new Error('opened: only a definition has parts.')
    const opened = whole.operation.definition.open(whole.inputs)
    this.#opened.set(whole, opened)
    return opened
  }
}

// Graphs: all nodes that lead to some ends.

import type { Node } from './node.ts'

/** All nodes that lead to these, inputs before what uses them. `known`: nodes to leave out, with all that leads to them alone. */
export function graphOf(ends: readonly Node[], known: { has(node: Node): boolean } = new Set()): Node[] {
  const done = new Set<Node>()
  const isDone = (node: Node): boolean => done.has(node) || known.has(node)
  // Depth first without recursion: a deep model must not exhaust the stack.
  const stack = [...ends].reverse()
  for (let node = stack.at(-1); node; node = stack.at(-1)) {
    const open = isDone(node) ? [] : node.inputs.filter((input) => !isDone(input))
    if (open.length > 0) stack.push(...open.toReversed())
    else {
      stack.pop()
      if (!known.has(node)) done.add(node)
    }
  }
  return [...done]
}

/** In the order in which the nodes were made: forward, gradient, update. */
export const inOrderOfMaking = (nodes: readonly Node[]): Node[] => nodes.toSorted((a, b) => a.id - b.id)

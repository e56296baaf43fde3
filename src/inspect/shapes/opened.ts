// A pass with every definition opened: attention's scores and pattern as nodes among the others.
//
// An engine may run a definition in one kernel; whoever wants to know what is computed opens it and finds the nodes that
// say what the kernel means.

import { graphOf, inOrderOfMaking } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { insideOf, openedDefinition } from '../../tensor/opening.ts'
import type { Pass } from '../../tensor/pass.ts'
import { Rewriting } from '../../tensor/rewrite.ts'

export interface OpenedPass {
  /** All nodes in the order in which they were written down: forward, then backward; inputs before what uses them. */
  readonly nodes: readonly Node[]
  readonly names: Names
  /** The address of a value. One that is computed once more going backward has its own again. */
  addressOf(node: Node): string | undefined
  /** The node that stands here for a node of the pass. */
  of(node: Node): Node
}

/** The graph that leads to the ends of a pass, with every definition on the way opened, under the same names. */
export function openPass({ outputs: ends, names }: Pass<readonly Node[]>): OpenedPass {
  const opened = new Set<Node>()
  const rewriting: Rewriting = new Rewriting(({ operation, inputs: [whole] }) => {
    if (operation.kind !== 'part') return undefined
    opened.add(whole)
    const result = openedDefinition(whole).results[operation.index]
    for (const node of inOrderOfMaking(graphOf([result], rewriting.pairs))) rewriting.of(node)
    return rewriting.of(result)
  })
  const of = (node: Node): Node => rewriting.of(node)
  for (const node of inOrderOfMaking(graphOf(ends))) of(node)
  const nodes = [...new Set(rewriting.pairs.values())].filter(
    ({ operation: { kind } }) => kind !== 'defined' && kind !== 'part',
  )

  const carried = names.carried(of)
  const repeats = new Map<Node, Node>()
  for (const whole of opened) {
    const forward = names.forwardOf(whole)
    if (!forward) continue
    const { inside, forwardOf = new Map() } = openedDefinition(whole)
    carried.addGradient(new Map(insideOf(whole).map((node) => [of(node), of(forwardOf.get(node) ?? forward)])))
    for (const [name, node] of Object.entries(openedDefinition(forward).inside))
      if (inside[name]) repeats.set(of(inside[name]), of(node))
  }
  return { nodes, names: carried, addressOf: (node) => carried.addressOf(repeats.get(node) ?? node), of }
}

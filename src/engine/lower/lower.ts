// From a graph to loops: everything that an engine does before it prints code. The whole way, in order:
//
//   asked        what is wanted at a few places only is computed there alone
//   simplify     what means the same becomes one; definitions that no kernel runs whole are opened
//   clusters     which values are kept (roots.ts), and which are computed together in one kernel
//   schedule     every cluster becomes a kernel (kernel.ts): loops, operands, the value of every cell
//   plan         where every value lies
//   waves        which kernels run side by side
//
// Nothing here knows a machine. What one likes, its Target says.

import type { Node } from '../../tensor/node.ts'
import { checkUpdates, type Graph, type InputNode, isInput, nodesOf } from '../engine.ts'
import { computeAsked } from './asked.ts'
import type { Call } from './call.ts'
import { cluster } from './clusters.ts'
import { labelIn } from './label.ts'
import { type MemoryPlan, planMemory } from './plan.ts'
import { schedule } from './schedule.ts'
import { simplify } from './simplify.ts'
import type { Target } from './target.ts'
import { arrange } from './waves.ts'

export interface Lowered {
  /** In an order in which they can run one after another. */
  readonly calls: readonly Call[]
  /** The same in waves: those of one wave may run in any order, or all at once. */
  readonly waves: readonly (readonly Call[])[]
  readonly memory: MemoryPlan
  /** The inputs of the graph. Of two that mean the same only one has memory, and none has that nothing needs. */
  readonly inputs: readonly InputNode[]
  readonly outputs: ReadonlyMap<string, Node>
  /** The graph that the calls compute, inputs first: for people to read. */
  readonly nodes: readonly Node[]
  /** Where in the model a node of these belongs: for people to read. */
  labelOf(node: Node): string
}

/**
 * The graph as calls of kernels.
 *
 * - `isHalf`: true for a parameter that is kept as bfloat16.
 *
 * Throws where the graph gives new values to a parameter that is kept so, and where a value is larger than any piece of the
 * machine's memory.
 */
export function lower(graph: Graph, target: Target, isHalf: (parameter: Node) => boolean = () => false): Lowered {
  checkUpdates(graph, isHalf)
  const asked = computeAsked(graph)
  const { names } = graph
  const simple = simplify(asked.graph, target, (node) => names?.addressOf(asked.originOf(node)) !== undefined)
  const clusters = cluster(simple, target)
  const scheduled = schedule(simple, clusters, { target, seed: graph.seed ?? 0, isHalf })
  const memory = planMemory(scheduled, simple, target, isHalf)
  return {
    calls: scheduled.calls,
    waves: arrange(scheduled.calls, memory, target),
    memory,
    inputs: nodesOf(graph).filter(isInput),
    outputs: simple.outputs,
    nodes: simple.nodes,
    labelOf: (node) => labelIn(names, asked.originOf(simple.originOf(node))),
  }
}

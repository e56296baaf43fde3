// Third step of compiling: every cluster becomes a kernel, with its loops, its operands and the value of every cell.
//
// The result names no machine: a list of kernels (kernel.ts), each with the values whose memory its operands are.

import type { Node } from '../../tensor/node.ts'
import type { Graph } from '../engine.ts'
import { computeAsked } from './asked.ts'
import { type Call, copyCall } from './call.ts'
import { ClusterKernel } from './clusterKernel.ts'
import { type Cluster, type Clusters, cluster } from './clusters.ts'
import { widened } from './halves.ts'
import { mayReplace } from './inPlace.ts'
import { viewOf } from './layout.ts'
import { simplify } from './simplify.ts'

export interface Schedule {
  readonly calls: readonly Call[]
  readonly outputs: ReadonlyMap<string, Node>
  /** Values that are written straight into the memory of a parameter. */
  readonly inPlace: ReadonlyMap<Node, Node>
  readonly nodes: readonly Node[]
}

/** `isHalf`: whether a parameter is kept as bfloat16. Such a one is only read. */
export function schedule(
  graph: Graph,
  runsWhole: (definition: Node) => boolean,
  isHalf: (parameter: Node) => boolean = () => false,
): Schedule {
  const simple = simplify(computeAsked(graph), runsWhole)
  const clusters = cluster(simple)
  const inPlace = new Map<Node, Node>()
  const reads = readers(clusters)
  const calls = clusters.list
    .map((each) => new ClusterKernel(each, clusters, simple, reads, graph.seed ?? 0, isHalf).call())
    .filter((call) => call !== undefined)
  const copies: Call[] = []
  for (const [parameter, value] of simple.updates) {
    if (mayReplace(parameter, value, calls, simple)) inPlace.set(value, parameter)
    else copies.push(copyCall(value, parameter))
  }
  // Placing writes only the new cells: where it has memory of its own, the others are copied first.
  const withTargets = calls.flatMap((call) =>
    call.kernel.kind === 'place' ? [...targetCopy(call, inPlace), call] : [call],
  )
  return { calls: widened([...withTargets, ...copies], isHalf), outputs: simple.outputs, inPlace, nodes: simple.nodes }
}

function targetCopy({ writes }: Call, inPlace: ReadonlyMap<Node, Node>): Call[] {
  return [...writes].filter((node) => !inPlace.has(node)).map((node) => copyCall(viewOf(node.inputs[0]).base, node))
}

/** Which clusters read a value. */
function readers({ list }: Clusters): Map<Node, Cluster[]> {
  const found = new Map<Node, Cluster[]>()
  for (const each of list) for (const node of each.reads) found.set(node, [...(found.get(node) ?? []), each])
  return found
}

// Third step of compiling: every cluster becomes a kernel, with its loops, its operands and the value of every cell.
//
// The result names no machine: a list of kernels (kernel.ts), each with the values whose memory its operands are.

import type { Node } from '../../tensor/node.ts'
import { type Call, copyCall } from './call.ts'
import { ClusterKernel } from './clusterKernel.ts'
import type { Cluster, Clusters } from './clusters.ts'
import { widened } from './halves.ts'
import { mayReplace, targetOf } from './inPlace.ts'
import type { Simplified } from './simplify.ts'
import type { Target } from './target.ts'

export interface Schedule {
  readonly calls: readonly Call[]
  /** Values that are written straight into the memory of a parameter. */
  readonly inPlace: ReadonlyMap<Node, Node>
}

export interface ScheduleOptions {
  readonly target: Target
  /** Where random nodes begin. */
  readonly seed: number
  /** True if a parameter is kept as bfloat16. Such a one is only read. */
  readonly isHalf: (parameter: Node) => boolean
}

export function schedule(simple: Simplified, clusters: Clusters, options: ScheduleOptions): Schedule {
  const { target, isHalf } = options
  const reads = readers(clusters)
  const wanted = new Set([...simple.outputs.values(), ...simple.updates.values()])
  const isStored = (root: Node, own: Cluster): boolean =>
    wanted.has(root) || reads.get(root)?.some((each) => each !== own) === true
  const around = { ...options, clusters, parts: simple.parts, isStored }
  const calls = clusters.list.map((each) => new ClusterKernel(each, around).call()).filter((call) => call !== undefined)
  const inPlace = new Map<Node, Node>()
  const copies: Call[] = []
  for (const [parameter, value] of simple.updates) {
    if (mayReplace(parameter, value, calls, simple)) inPlace.set(value, parameter)
    else copies.push(copyCall(value, parameter, target.layout))
  }
  // What writes only some cells of a target has the others copied first, where it has memory of its own.
  const withTargets = calls.flatMap((call) => {
    const [node] = call.writes
    const whole = inPlace.has(node) ? undefined : targetOf(node)
    return whole ? [copyCall(whole, node, target.layout), call] : [call]
  })
  return { calls: widened([...withTargets, ...copies], isHalf, target), inPlace }
}

/** The clusters that read a value. */
function readers({ list }: Clusters): Map<Node, Cluster[]> {
  const found = new Map<Node, Cluster[]>()
  for (const each of list)
    for (const node of each.reads) {
      const known = found.get(node)
      if (known) known.push(each)
      else found.set(node, [each])
    }
  return found
}

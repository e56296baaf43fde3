// Which values get memory.
//
// A matrix product, attention or a scatter is a kernel of its own and writes what it makes. Everything else, functions of
// single numbers and reductions, is computed where it is used, unless it has to be kept: it is then a *root*.

import { cells } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { baseOf } from './layout.ts'
import type { Simplified } from './simplify.ts'
import { standingOf } from './standings.ts'
import type { Target } from './target.ts'

/** Values with memory of their own before anything runs. */
export const isLeaf = (node: Node): boolean => standingOf(node) === 'given'

/** Kernels of their own. */
export const isHeavy = (node: Node): boolean => standingOf(node) === 'heavy'

/** The same memory under other names of axes. */
const isView = (node: Node): boolean => standingOf(node) === 'view'

/** True if reading a value costs about as much as reading the node itself would: it varies along the last axis and others. */
function isWide(leaf: Node, node: Node): boolean {
  const last = node.axes.at(-1)
  if (!last || leaf.axes.length <= 1) return cells(leaf.axes) >= cells(node.axes)
  return leaf.axes.at(-1)?.size === last.size
}

/** The values that are kept: what others than single-number functions read, and what is too dear to compute again. */
export function findRoots(graph: Simplified, target: Target): Set<Node> {
  const roots = new Set([...graph.outputs.values(), ...graph.updates.values()].filter(isComputed))
  const keep = (node: Node): void => {
    const base = baseOf(node)
    if (isComputed(base)) roots.add(base)
  }
  for (const node of graph.nodes) {
    const { kind } = node.operation
    if (kind === 'reduce' || kind === 'gather') roots.add(node)
    if (isHeavy(node) || kind === 'gather') node.inputs.forEach(keep)
  }
  // What is kept later may be read beside what it was made of: then some kernel may have too many operands again.
  while (keepDear(graph.nodes, roots, target));
  return roots
}

/** True if a value has no memory yet. */
const isComputed = (node: Node): boolean => !['given', 'heavy', 'part'].includes(standingOf(node))

/** Adds what is dear to compute again, and what no kernel could compute from so many operands. Tells whether there was any of these. */
function keepDear(nodes: readonly Node[], roots: Set<Node>, { repeating, operands, layout }: Target): boolean {
  const users = new Map<Node, number>()
  for (const { inputs } of nodes) for (const input of inputs) users.set(input, (users.get(input) ?? 0) + 1)
  /** From which kept values each node is computed. */
  const reads = new Map<Node, ReadonlySet<Node>>()
  const readsOf = (node: Node): ReadonlySet<Node> => reads.get(node) ?? new Set()
  const isTooMuch = (leaves: ReadonlySet<Node>): boolean =>
    leaves.size >= operands.most &&
    [...leaves].filter(({ axes }) => layout.bytes(axes) > operands.above).length >= operands.most
  let isSplit = false
  for (const node of nodes) {
    let leaves = union(node.inputs.map(readsOf))
    while (isTooMuch(leaves)) {
      const most = node.inputs.reduce((a, b) => (readsOf(a).size >= readsOf(b).size ? a : b))
      roots.add(baseOf(most))
      reads.set(most, new Set([baseOf(most)]))
      leaves = union(node.inputs.map(readsOf))
      isSplit = true
    }
    const several = (users.get(node) ?? 0) > 1 && !isView(node)
    const wide = [...leaves].filter((leaf) => isWide(leaf, node)).length
    const isDear =
      (several && wide > repeating.mostReads && cells(node.axes) > repeating.mostCells) ||
      leaves.size > repeating.mostReadsOnce
    if (isDear && isComputed(node) && node.operation.kind !== 'expand') roots.add(node)
    reads.set(node, !isComputed(node) || roots.has(node) ? new Set([node]) : leaves)
  }
  return isSplit
}

const union = (sets: readonly ReadonlySet<Node>[]): Set<Node> => {
  const all = new Set<Node>()
  for (const set of sets) for (const node of set) all.add(node)
  return all
}

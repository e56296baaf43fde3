// Which values get memory.
//
// A matrix product, attention or a scatter is a kernel of its own and writes what it makes. Everything else, functions of
// single numbers and reductions, is computed where it is used, unless it has to be kept: it is then a *root*.

import { cells } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { baseOf } from './layout.ts'
import type { Simplified } from './simplify.ts'
import type { Target } from './target.ts'

/** Values with memory of their own before anything runs. */
export const isLeaf = ({ operation: { kind } }: Node): boolean =>
  kind === 'parameter' || kind === 'input' || kind === 'table'

/** Kernels of their own. */
export const isHeavy = ({ operation: { kind } }: Node): boolean =>
  kind === 'dot' || kind === 'defined' || kind === 'scatter' || kind === 'place' || kind === 'window'

/** The same memory under other names of axes. */
const isView = ({ operation: { kind } }: Node): boolean => kind === 'rename' || kind === 'stop'

/** Whether reading a value costs about as much as reading the node itself would: it varies along the last axis and others. */
function isWide(leaf: Node, node: Node): boolean {
  const last = node.axes.at(-1)
  if (!last || leaf.axes.length <= 1) return cells(leaf.axes) >= cells(node.axes)
  return leaf.axes.at(-1)?.size === last.size
}

/** The values that are kept: what others than single-number functions read, and what is too dear to compute again. */
export function findRoots({ nodes, outputs, updates }: Simplified, { repeating }: Target): Set<Node> {
  const roots = new Set<Node>()
  const keep = (node: Node): void => {
    const base = baseOf(node)
    if (!isLeaf(base) && !isHeavy(base) && base.operation.kind !== 'part') roots.add(base)
  }
  for (const node of [...outputs.values(), ...updates.values()])
    if (!isLeaf(node) && !isHeavy(node) && node.operation.kind !== 'part') roots.add(node)
  const users = new Map<Node, number>()
  for (const node of nodes) {
    for (const input of node.inputs) users.set(input, (users.get(input) ?? 0) + 1)
    if (isHeavy(node)) for (const input of node.inputs) keep(input)
    if (node.operation.kind === 'gather') {
      roots.add(node)
      for (const input of node.inputs) keep(input)
    }
    if (node.operation.kind === 'reduce') roots.add(node)
  }
  /** What computing a node reads, beyond single numbers and rows. */
  const reads = new Map<Node, ReadonlySet<Node>>()
  for (const node of nodes) {
    const large = new Set<Node>()
    for (const input of node.inputs) for (const leaf of reads.get(input) ?? []) large.add(leaf)
    const isKept = isLeaf(node) || isHeavy(node) || node.operation.kind === 'part' || roots.has(node)
    const several = (users.get(node) ?? 0) > 1 && !isView(node)
    const full = [...large].filter((leaf) => isWide(leaf, node)).length
    const dear =
      (several && full > repeating.mostReads && cells(node.axes) > repeating.mostCells) ||
      large.size > repeating.mostReadsOnce
    if (!isKept && dear && node.operation.kind !== 'expand') roots.add(node)
    reads.set(node, isKept || roots.has(node) ? new Set([node]) : large)
  }
  return roots
}

// What a matrix product does to its finished cells, besides storing them: the cheap roots that can be computed from each of them.

import type { Node } from '../../tensor/node.ts'
import { isHeavy, isLeaf } from './roots.ts'
import { readsInput, standingOf } from './standings.ts'
import type { Target } from './target.ts'

/** True for a root made of a few of the functions that the target's epilogues have, without places on axes. */
export function fitsEpilogue(
  root: Node,
  roots: ReadonlySet<Node>,
  { functions, mostSteps }: Target['epilogue'],
): boolean {
  let steps = 0
  const plain = (node: Node): boolean => {
    if (node !== root && (isLeaf(node) || isHeavy(node) || roots.has(node) || node.operation.kind === 'part'))
      return true
    const { operation } = node
    if (!readsInput(node) && standingOf(node) !== 'number') return false
    if (operation.kind === 'apply' && !functions.has(operation.function)) return false
    return ++steps <= mostSteps && node.inputs.every(plain)
  }
  return plain(root)
}

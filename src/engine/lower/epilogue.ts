// What a matrix product does to its finished cells, besides storing them: the cheap roots that can be computed from each of them.

import type { Node, Operation } from '../../tensor/node.ts'
import { isHeavy, isLeaf } from './roots.ts'
import type { Target } from './target.ts'

/** The kinds of operations that a product's epilogue can hold; of functions, only those that the target names. */
const inEpilogue: Readonly<Record<Operation['kind'], boolean>> = {
  constant: true,
  expand: true,
  rename: true,
  stop: true,
  apply: true,
  input: false,
  parameter: false,
  table: false,
  index: false,
  random: false,
  reduce: false,
  dot: false,
  gather: false,
  scatter: false,
  place: false,
  window: false,
  defined: false,
  part: false,
}

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
    if (!inEpilogue[operation.kind]) return false
    if (operation.kind === 'apply' && !functions.has(operation.function)) return false
    return ++steps <= mostSteps && node.inputs.every(plain)
  }
  return plain(root)
}

// The forms of nodes that are looked for in a graph: weights, numbers, and functions of two of which one side is such a one.

import { hasAxis } from '../../tensor/axes.ts'
import type { Elementwise } from '../../tensor/elementwise.ts'
import type { Node } from '../../tensor/node.ts'

export const isWeight = ({ operation }: Node): boolean => operation.kind === 'parameter'

/** True for a weight that has a row of its own for each position; others are the same at all. */
export const isWeightOfPlaces = (node: Node): boolean => isWeight(node) && hasAxis(node.axes, 'position')

export const isNumber = ({ operation }: Node): boolean => operation.kind === 'constant'

export const numberOf = ({ operation }: Node): number => (operation.kind === 'constant' ? operation.value : Number.NaN)

/** The two sides of a function of two whose order does not matter: the one that fits is the second. Undefined for what is no such function. */
export function sides(
  { operation, inputs: [a, b] }: Node,
  name: Extract<Elementwise, 'add' | 'multiply'>,
  fits: (node: Node) => boolean,
): readonly [Node, Node] | undefined {
  if (operation.kind !== 'apply' || operation.function !== name) return undefined
  if (fits(b)) return [a, b]
  return fits(a) ? [b, a] : undefined
}

/** The operands of a function of single numbers, if a node is that function. */
export const operandsOf = ({ operation, inputs }: Node, name: Elementwise): readonly Node[] | undefined =>
  operation.kind === 'apply' && operation.function === name ? inputs : undefined

/** True for what is added up, or taken away. */
export const isSum = (node: Node): boolean => (operandsOf(node, 'add') ?? operandsOf(node, 'subtract')) !== undefined

/** True for the same numbers: under another name of an axis, along one axis more, or held against gradients. */
export const isUnchanged = ({ operation: { kind } }: Node): boolean =>
  kind === 'rename' || kind === 'expand' || kind === 'stop'

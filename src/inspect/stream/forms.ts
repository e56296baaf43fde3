// The forms of nodes that are looked for in a graph: weights, numbers, and functions of two of which one side is such a one.

import type { Elementwise } from '../../tensor/elementwise.ts'
import type { Node } from '../../tensor/node.ts'

export const isWeight = ({ operation }: Node): boolean => operation.kind === 'parameter'

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

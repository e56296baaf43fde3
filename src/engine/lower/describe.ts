// Graphs in words, for CUTAWAY_DEBUG.

import { describeAxes } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'

/** A node in one line. */
export function describeNode(node: Node): string {
  const { kind, ...details } = node.operation
  const what = Object.values(details)
    .filter((detail) => typeof detail !== 'object')
    .join(' ')
  return `${node.id} = ${kind} ${what} of ${node.inputs.map(({ id }) => id).join(' ')} ${describeAxes(node.axes)} ${node.path ?? node.place ?? ''}`
}

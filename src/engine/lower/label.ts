// Where in the model a node belongs, for people to read.

import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'

/** A node's address, or else the part in which it was made, or else its kind; a `d` before it says that it is of a gradient. */
export function labelIn(names: Names | undefined, node: Node): string {
  const forward = names?.forwardOf(node)
  const named = forward ?? node
  const label = names?.addressOf(named) || names?.placeOf(named) || named.operation.kind
  return forward ? `d ${label}` : label
}

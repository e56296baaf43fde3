// What is patched must reach what is looked at: an edit may cut the metric off from all that differs between two texts.

import { graphOf } from '../../tensor/graph.ts'
import type { Node } from '../../tensor/node.ts'
import type { PatchPair } from './pairs.ts'

/** Throws where a metric depends on nothing that differs between the texts of the pairs. `asker`: who asks, for messages. */
export function checkReaches(metric: Node, pairs: readonly PatchPair[], asker: string): void {
  const differing = new Set(
    pairs.flatMap(({ clean, corrupt }) =>
      Object.keys(clean).filter((name) => `${Array.from(clean[name] ?? [])}` !== `${Array.from(corrupt[name] ?? [])}`),
    ),
  )
  const isReached = graphOf([metric]).some(
    ({ operation }) => operation.kind === 'input' && differing.has(operation.name),
  )
  if (isReached || differing.size === 0) return
  throw new Error(
    `${asker}: with these edits nothing that is patched reaches what is looked at: both texts give the same logits. Leave out an edit, or give it a place.`,
  )
}

// Openings: a definition as the nodes that say what it means. Each is made once and kept, so that whoever asks for the pattern
// of an attention gets the same node: one that can be read, differentiated and replaced.

import { graphOf } from './graph.ts'
import type { DefinitionOpening, Node, Tensor } from './node.ts'

const openings = new WeakMap<Node, () => DefinitionOpening>()

/** The opening of a definition, by its node. */
export function openedDefinition(whole: Node): DefinitionOpening {
  const known = openings.get(whole)
  if (known) return known()
  if (whole.operation.kind !== 'defined') throw new Error(`opening: a ${whole.operation.kind} is no definition.`)
  const made = whole.operation.definition.open(whole.inputs)
  openings.set(whole, () => made)
  return made
}

/** Keeps as the opening of a definition's node what `open` gives when it is first asked for. */
export function keepOpening(whole: Node, open: () => DefinitionOpening): void {
  let made: DefinitionOpening | undefined
  openings.set(whole, () => {
    made ??= open()
    return made
  })
}

/** True if a definition has been opened: only then can somebody have a node of its inside. */
export const isOpened = (whole: Node): boolean => openings.has(whole)

/** All nodes of a definition's inside, as far as it has been opened: behind its results, before its inputs. */
export const insideOf = (whole: Node): readonly Node[] =>
  isOpened(whole) ? graphOf(openedDefinition(whole).results, new Set(whole.inputs)) : []

/** The node behind a part of a definition, if any of these nodes lies inside that definition. */
export function resultWithInside(
  { operation, inputs: [whole] }: Node,
  nodes: { has(node: Node): boolean },
): Tensor | undefined {
  if (operation.kind !== 'part' || !insideOf(whole).some((node) => nodes.has(node))) return undefined
  return openedDefinition(whole).results[operation.index]
}

// Where the cells of a pass stand in their texts. An edit says places in a text; a pass may hold a part of it, behind a cache, or
// several texts with padding before them or behind. Here one becomes the other, as numbers in the graph.

import { hasAxis } from '../tensor/axes.ts'
import { graphOf } from '../tensor/graph.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { gather, rename } from '../tensor/primitives.ts'

/** The state of the positions of a pass. Where nothing is said, places are those on the axes, and no cell is padding. */
export interface Standing {
  /** The ids that it reads, which tell its positions from those of a text that it looks at across. */
  readonly ids?: Node | undefined
  /** For each position its place in its text: (position) or (batch, position). */
  readonly position?: Node | undefined
  /** The positions that come after the blocks, if not all. */
  readonly at?: Node | undefined
  /** For each place of a cache, the place in its text: (source) or (batch, source). */
  readonly cached?: Node | undefined
  /** True if rows and positions may be padding, or come one after the other: nothing can be computed along them then. */
  readonly isPadded?: boolean
  /** True if every place is in this pass, or in no other: those that are not there are an error. */
  readonly isWhole?: boolean
}

/** The places in its text of a value's cells along an axis, or nothing where they are just those on the axis. */
export function placesOn(value: Node, axis: string, standing: Standing): Tensor | undefined {
  const { position, at, cached } = standing as { readonly [name in keyof Standing]?: Tensor }
  if (axis === 'position') {
    if (!at || !comesAfter(value, at)) return position
    return position ? gather(position, at, 'position') : at
  }
  if (axis !== 'source' || !(position || cached)) return undefined
  const kind = kindOfSource(value, standing)
  return kind === 'cached' ? cached : kind === 'own' && position ? rename(position, 'position', 'source') : undefined
}

/**
 * The cells of an attention's scores or pattern that its mask leaves, as far as that is not all of them. An edit changes no others: a
 * text that is there as a whole would else let positions see what comes after them, as they do not where it is written.
 */
export function countedCells(value: Node): Tensor | undefined {
  let mask: Tensor | undefined
  const seen = new Set<Node>()
  const stack = [value]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node) || !isOfPairs(node)) continue
    seen.add(node)
    const [condition, , otherwise] = node.inputs
    // An expression in an edit may hide more; the model's own mask stands before it.
    if (node.operation.kind === 'apply' && node.operation.function === 'where' && isHidden(otherwise)) mask = condition
    stack.push(...node.inputs)
  }
  return mask
}

/** True if a value has a cell for each position and source. */
const isOfPairs = ({ axes }: Node): boolean => hasAxis(axes, 'position') && hasAxis(axes, 'source')

function isHidden({ operation, inputs }: Node): boolean {
  return operation.kind === 'expand'
    ? isHidden(inputs[0])
    : operation.kind === 'constant' && operation.value === -Infinity
}

/** The kind of a value's sources: positions of this pass, places of a cache, or what is looked at across. */
function kindOfSource(value: Node, { ids }: Standing): 'own' | 'cached' | 'other' {
  const seen = new Set<Node>()
  const stack = [value]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    const { operation } = node
    if (operation.kind === 'place' && operation.axis === 'source') return 'cached'
    if (operation.kind === 'rename' && operation.to === 'source') {
      if (!ids || comesAfter(node, ids)) return 'own'
      continue
    }
    stack.push(...node.inputs.filter(({ axes }) => hasAxis(axes, 'source')))
  }
  return 'other'
}

/** True if one node is among those that lead to another. */
function comesAfter(node: Node, first: Node): boolean {
  return graphOf([node]).includes(first)
}

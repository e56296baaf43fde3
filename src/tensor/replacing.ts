// Replacing: a graph in which some values are others.

import { AxisError, describeAxes, sameAxes } from './axes.ts'
import type { Node } from './node.ts'
import { resultWithInside } from './opening.ts'
import { namesHere } from './pass.ts'
import { expand } from './primitives.ts'
import { Rewriting } from './rewrite.ts'

/** A value made of the one that stood in its place. */
export type NodeReplacement = (value: Node) => Node

/**
 * A graph in which values are replaced: each by what is made of it, as it is with all other replacements done. A definition that
 * has such a value inside is opened: what it gives is computed from the replaced one.
 *
 * Throws an AxisError where a replacement has other axes than the value.
 */
export function replacing(replacements: ReadonlyMap<Node, NodeReplacement>): Rewriting {
  const rewriting: Rewriting = new Rewriting((node, inputs) => {
    const behind = resultWithInside(node, replacements)
    const value = behind ? rewriting.of(behind) : rewriting.withInputs(node, inputs)
    const replacement = replacements.get(node)?.(value)
    return replacement ? lyingAs(node, replacement) : value
  })
  return rewriting
}

/** The replacement, in memory as the value that it stands for. */
function lyingAs(node: Node, replacement: Node): Node {
  if (!sameAxes(node.axes, replacement.axes))
    throw new AxisError(
      namesHere()?.placeOf(node),
      `replace: ${describeAxes(replacement.axes)} cannot stand for ${describeAxes(node.axes)}.`,
      'Give a value with the same axes.',
    )
  return expand(replacement, node.axes)
}

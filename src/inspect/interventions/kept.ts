// What no row of a batch changes: of a graph in which values are swept, everything that hangs on no choice is the same in all rows. So
// it is computed once, by a pass over the example alone, and given to the rows where it meets what they do change. A patch of block 8
// begins at block 8, with the stream that the example has there.

import { hasAxis } from '../../tensor/axes.ts'
import { graphOf } from '../../tensor/graph.ts'
import type { Names } from '../../tensor/names.ts'
import type { Node } from '../../tensor/node.ts'
import { Rewriting } from '../../tensor/rewrite.ts'
import { keptInput, type Swept } from './sweep.ts'

/**
 * A result of rows, computed from what is kept: inputs stand for it, without "batch".
 *
 * - `names`: those of the pass before it was swept, which say what has an address
 */
export function fromKept(
  end: Node,
  names: Names,
  swept: readonly Swept[],
): { readonly end: Node; readonly paths: readonly string[] } {
  const kept = keptValues(end, names, new Set(swept.map(({ chosen }) => chosen)))
  const rewriting = new Rewriting((node) => {
    const path = kept.get(node)
    return path === undefined ? undefined : keptInput(path, node)
  })
  return { end: rewriting.of(end), paths: [...kept.values()] }
}

/** The last values with addresses that hang on no choice, on each way to the end. */
function keptValues(end: Node, names: Names, chosen: ReadonlySet<Node>): Map<Node, string> {
  const changing = new Set<Node>()
  for (const node of graphOf([end]))
    if (chosen.has(node) || node.inputs.some((each) => changing.has(each))) changing.add(node)
  const kept = new Map<Node, string>()
  const seen = new Set<Node>()
  const stack = [end]
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    const path = names.addressOf(node)
    // An input is at hand, and what all examples have alike is computed with them.
    const isKept = !changing.has(node) && node.operation.kind !== 'input' && hasAxis(node.axes, 'batch')
    if (isKept && path !== undefined) kept.set(node, path)
    else stack.push(...node.inputs)
  }
  return kept
}

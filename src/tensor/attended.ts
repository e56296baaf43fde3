// What attention needs of the axes of what it is given: with a mask, or over a list of edges.

import { describeAxes, hasAxis } from './axes.ts'
import { axisError, requireAxis } from './checks.ts'
import type { Node } from './node.ts'

/** Throws an AxisError where queries, keys or values lack an axis, and where keys or values bring one of their own. */
export function checkAttended(query: Node, key: Node, value: Node): void {
  for (const [node, axis] of [
    [query, 'position'],
    [query, 'key'],
    [key, 'source'],
    [key, 'key'],
    [value, 'source'],
    [value, 'value'],
  ] as const)
    requireAxis('attention', node, axis)
  requireInside('the keys', key, 'the queries', query, ['source'])
  requireInside('the values', value, 'the queries', query, ['source', 'value'])
}

/** Throws where a mask or a bias has an axis that the scores lack. */
export function checkInside(scores: Node, given: Readonly<Record<string, Node | undefined>>): void {
  for (const [what, node] of Object.entries(given)) if (node) requireInside(`the ${what}`, node, 'the scores', scores)
}

/** Throws where one value has an axis that the other lacks. */
function requireInside(what: string, inner: Node, where: string, outer: Node, own: readonly string[] = []): void {
  for (const { name } of inner.axes)
    if (!hasAxis(outer.axes, name) && !own.includes(name))
      throw axisError(
        [inner, outer],
        `attention: axis "${name}" of ${what} ${describeAxes(inner.axes)} is not in ${where} ${describeAxes(outer.axes)}.`,
      )
}

// Checks on axes, whose errors say which operation was asked for, and in which part of the model.

import { didYouMean } from '../text/spelling.ts'
import { AxisError, describeAxes, hasAxis } from './axes.ts'
import type { Node } from './node.ts'
import { namesHere } from './pass.ts'

/** Shape trouble where these nodes meet: the message tells the place, as far as it is known. */
export function axisError(nodes: readonly Node[], problem: string, remedy?: string): AxisError {
  return new AxisError(namesHere()?.placeOf(...nodes), problem, remedy)
}

/** Throws unless a node has an axis. */
export function requireAxis(operation: string, node: Node, axis: string): void {
  if (hasAxis(node.axes, axis)) return
  const hint = didYouMean(
    axis,
    node.axes.map(({ name }) => name),
  )
  throw axisError([node], `${operation}: no axis "${axis}" in ${describeAxes(node.axes)}.${hint}`)
}

/** Throws unless all axes that two nodes share have equal sizes. */
export function requireEqualSizes(operation: string, a: Node, b: Node): void {
  for (const { name, size } of a.axes) {
    const other = b.axes.find((axis) => axis.name === name)
    if (other && other.size !== size) throw sizesDiffer(operation, name, [a, b])
  }
}

/** The error that an axis has different sizes in some nodes. */
export function sizesDiffer(operation: string, axis: string, nodes: readonly Node[]): AxisError {
  const having = nodes.filter((node) => hasAxis(node.axes, axis))
  const sizes = having.map(
    (node) => `${node.axes.find(({ name }) => name === axis)?.size} in ${describeAxes(node.axes)}`,
  )
  return axisError(
    having,
    `${operation}: axis "${axis}" is ${sizes.join(' but ')}.`,
    'Shared axes must have equal sizes; rename one if they mean different things.',
  )
}

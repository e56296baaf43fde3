// When two graphs are the same computation of other values, so that one program serves both.

import { graphOf } from './graph.ts'
import type { Node } from './node.ts'

/** A text that two values share if and only if the same is computed for them: of the same parameters, and of inputs with the same names. */
export function graphKey(end: Node): string {
  const numbers = new Map<Node, number>()
  const lines = graphOf([end]).map((node) => {
    numbers.set(node, numbers.size)
    const axes = node.axes.map(({ name, size }) => `${name} ${size}`)
    return [workOf(node), axes.join(), node.inputs.map((input) => numbers.get(input)).join()].join(' | ')
  })
  return lines.join('\n')
}

function workOf({ id, operation }: Node): string {
  if (operation.kind === 'parameter') return `parameter ${id}`
  if (operation.kind !== 'defined') return JSON.stringify(operation)
  const { name, numbers, results } = operation.definition
  return JSON.stringify({ name, numbers, results })
}

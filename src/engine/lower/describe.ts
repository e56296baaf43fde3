// What was lowered in words, for CUTAWAY_DEBUG.

import { describeAxes } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import type { Call } from './call.ts'
import type { Lowered } from './lower.ts'

/** A line for each node of the graph that is computed. */
export const describeGraph = ({ nodes }: Lowered): string[] => nodes.map(describeNode)

/** A line for each call, in the order of the waves. */
export const describeSchedule = ({ waves }: Lowered): string[] =>
  waves.flatMap((wave, i) => wave.map((call) => `wave ${i}: ${describeCall(call)}`))

export const describeCall = ({ kernel, label }: Call): string => `${kernel.kind} ${label}`

function describeNode(node: Node): string {
  const { kind, ...details } = node.operation
  const what = Object.values(details)
    .filter((detail) => typeof detail !== 'object')
    .join(' ')
  return `${node.id} = ${kind} ${what} of ${node.inputs.map(({ id }) => id).join(' ')} ${describeAxes(node.axes)} ${node.path ?? node.place ?? ''}`
}

// What was lowered in words, for CUTAWAY_DEBUG.

import { describeAxes } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { describeCall } from './call.ts'
import type { Lowered } from './lower.ts'

/** A line for each node of the graph that is computed. */
export const describeGraph = ({ nodes, labelOf }: Lowered): string[] =>
  nodes.map((node) => `${describeNode(node)} ${labelOf(node)}`)

/** A line for each call, in the order of the waves. */
export const describeSchedule = (lowered: Lowered): string[] =>
  lowered.waves.flatMap((wave, i) => wave.map((call) => `wave ${i}: ${describeCall(call, lowered)}`))

function describeNode(node: Node): string {
  const { kind, ...details } = node.operation
  const what = Object.values(details)
    .filter((detail) => typeof detail !== 'object')
    .join(' ')
  return `${node.id} = ${kind} ${what} of ${node.inputs.map(({ id }) => id).join(' ')} ${describeAxes(node.axes)}`
}

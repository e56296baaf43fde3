// A value at places on some of its axes: without these axes, and the only thing that has to be computed of it.

import { type AxisPlaces, placesIn } from './address.ts'
import type { Node, Tensor } from './node.ts'
import { gather, table } from './primitives.ts'

/**
 * The cells of a value at these places, along the axes that are left. Engines compute no other cells of it, and of what leads
 * to it none that these do not need.
 *
 *   placed(pattern, { head: 0, position: −1 })[batch, source] = pattern[batch, head 0, the last position, source]
 *
 * Throws for an axis that the value lacks and for a place that the axis lacks.
 */
export function placed(value: Node, at: AxisPlaces): Node {
  // A table of one number is what engines know such places by. Models look up with constants: what these pick is computed whole.
  return Object.entries(placesIn(value.axes, { path: 'value', at })).reduce<Node>(
    (found, [axis, place]) => gather(found as Tensor, table({}, [place]), axis),
    value,
  )
}

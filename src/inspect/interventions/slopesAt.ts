// Gradients of a metric at values some of which an edit may have cut off from it.

import { dependsOn, gradient } from '../../tensor/gradient.ts'
import type { Node, Tensor } from '../../tensor/node.ts'
import { constant, expand } from '../../tensor/primitives.ts'

/** The gradient of a metric with respect to each of some nodes; 0 where it does not depend on one. */
export function slopesAt(metric: Node, nodes: readonly Node[]): Node[] {
  const reaching = nodes.filter((node) => dependsOn(metric, node))
  const slopes = gradient(metric as Tensor<never>, reaching)
  return nodes.map((node) => slopes[reaching.indexOf(node)] ?? expand(constant(0) as Node, node.axes))
}

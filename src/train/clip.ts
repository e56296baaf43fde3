// Clipping: when all gradients together are longer than they should be, they are shortened together, so that the direction
// of the step stays and a single bad batch cannot throw the weights far off. Pascanu, Mikolov, Bengio 2013, algorithm 1.

import type { Node, Tensor } from '../tensor/node.ts'
import { add, constant, divide, minimum, multiply, sqrt, sum } from '../tensor/primitives.ts'

/** The length of all gradients as one vector: √(Σ g²). */
export function globalNorm(gradients: readonly Node[]): Tensor<never> {
  const squares = gradients.map((node) => {
    const g = node as Tensor
    return sum(multiply(g, g), ...g.axes.map(({ name }) => name)) as Tensor<never>
  })
  return sqrt(squares.reduce((total, square) => add(total, square), constant(0)))
}

/** The factor for gradients so that their norm is at most `limit`: min(1, limit / (norm + 10⁻⁶)), as PyTorch has it. */
export function clipFactor(norm: Tensor<never>, limit: number): Tensor<never> {
  return minimum(divide(constant(limit), add(norm, 1e-6)), 1)
}

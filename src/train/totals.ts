// The gradients and the loss of several batches, added up from run to run, where a step takes more than one. It is loaded then.

import type { LossSum } from '../evaluate/loss.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { add, input, parameter, where } from '../tensor/primitives.ts'

export interface Sums {
  /** The gradients of the loss' sum, in the order of the weights. */
  readonly gradients: readonly Node[]
  readonly loss: LossSum
}

/** Sums that last from run to run. They are the same for batches of every shape. */
export class Totals implements Sums {
  readonly gradients: readonly Node[]
  readonly loss: LossSum

  constructor(weights: Iterable<Node>) {
    const number = (): Tensor<never> => parameter({}, 'zeros')
    this.gradients = Array.from(weights, zerosLike)
    this.loss = { sum: number(), count: number() }
  }

  get nodes(): readonly Node[] {
    return [...this.gradients, this.loss.sum, this.loss.count]
  }

  /** The new value of each when a batch is added; the first of a step begins anew. */
  with(sums: Sums): Map<Node, Node> {
    const isFirst = input('isFirst', {})
    const own = [...sums.gradients, sums.loss.sum, sums.loss.count]
    return new Map(
      this.nodes.map((total, i) => [total, where(isFirst, own[i] as Tensor, add(total as Tensor, own[i] as Tensor))]),
    )
  }
}

function zerosLike({ axes }: Node): Node {
  return parameter(Object.fromEntries(axes.map(({ name, size }) => [name, size])), 'zeros')
}

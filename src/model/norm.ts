// Normalisation, with a learnt scale (and shift) for each number: of the residual stream over "model", or of queries and keys
// over "key".

import type { Sizes } from '../tensor/axes.ts'
import { normalize, normalizeRms } from '../tensor/definitions.ts'
import type { Tensor } from '../tensor/node.ts'
import { add, multiply, parameter } from '../tensor/primitives.ts'

/** The one axis that sizes name. */
const axisOf = <A extends string>(sizes: Sizes<A>): A => Object.keys(sizes)[0] as A

/** normalize(x) · scale + shift, over the axis of `over`. Ba, Kiros, Hinton 2016. */
export class LayerNorm<A extends string = 'model'> {
  readonly scale: Tensor<A>
  readonly shift: Tensor<A>
  readonly #over: A
  readonly #epsilon: number

  constructor({ over, epsilon = 1e-5 }: { over: Sizes<A>; epsilon?: number }) {
    this.scale = parameter(over, 'ones')
    this.shift = parameter(over, 'zeros')
    this.#over = axisOf(over)
    this.#epsilon = epsilon
  }

  apply<X extends string>(x: Tensor<X | A>): Tensor<X | A> {
    return add(multiply(normalize(x, this.#over, this.#epsilon), this.scale), this.shift)
  }
}

/** x / √(mean(x²) + ε) · scale, over the axis of `over`. Zhang, Sennrich 2019. */
export class RmsNorm<A extends string = 'model'> {
  readonly scale: Tensor<A>
  readonly #over: A
  readonly #epsilon: number

  constructor({ over, epsilon = 1e-6 }: { over: Sizes<A>; epsilon?: number }) {
    this.scale = parameter(over, 'ones')
    this.#over = axisOf(over)
    this.#epsilon = epsilon
  }

  apply<X extends string>(x: Tensor<X | A>): Tensor<X | A> {
    return multiply(normalizeRms(x, this.#over, this.#epsilon), this.scale)
  }
}

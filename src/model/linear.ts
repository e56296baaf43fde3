// Linear: a matrix product with weights, and a bias where the architecture has one.
//
//   y = x · weight + bias      summed over the axes that come in
//
// Named axes make it one class for all uses: (model) → (head, key) for a query, (head, value) → (model) for attention's output.

import type { Sizes } from '../tensor/axes.ts'
import type { Start, Tensor } from '../tensor/node.ts'
import { add, contract, parameter } from '../tensor/primitives.ts'

export class Linear<From extends string, To extends string> {
  readonly weight: Tensor<From | To>
  readonly bias: Tensor<To> | undefined
  readonly #over: readonly string[]

  constructor({ from, to, bias, start }: { from: Sizes<From>; to: Sizes<To>; bias: boolean; start?: Start }) {
    this.weight = parameter({ ...from, ...to } as Sizes<From | To>, start)
    this.bias = bias ? parameter(to, 'zeros') : undefined
    this.#over = Object.keys(from)
  }

  /** x has the axes `From` and others; the result has the others and `To`. */
  apply<X extends string>(x: Tensor<X | From>): Tensor<X | To> {
    // The compiler cannot follow axes through a generic class; they are checked when the graph is built.
    const product = contract(x, this.weight, this.#over) as Tensor<X | To>
    return this.bias ? (add(product, this.bias) as Tensor<X | To>) : product
  }
}

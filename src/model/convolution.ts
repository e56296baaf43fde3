// Convolution along one axis: what comes out at a place is a sum over a few neighbouring places of what goes in, with the same
// weights everywhere.
//
//   y[frame] = Σ x[stride · frame + tap − before] · weight[tap]  + bias      summed over "tap" and the axes that come in
//
// It is a matrix product over windows: places are gathered, then multiplied. Beyond the ends stands 0.

import type { Sizes } from '../tensor/axes.ts'
import { pad } from '../tensor/definitions.ts'
import type { Node, Start, Tensor } from '../tensor/node.ts'
import { add, contract, gather, index, multiply, parameter, size } from '../tensor/primitives.ts'

export class Convolution<From extends string, To extends string> {
  readonly weight: Tensor<'tap' | From | To>
  readonly bias: Tensor<To> | undefined
  readonly #over: readonly string[]
  readonly #taps: number
  readonly #stride: number
  readonly #before: number
  readonly #behind: number

  /**
   * - `taps`: the number of places that a window has
   * - `stride`: the number of places from a window to the next; 1 if not given
   * - `before`, `behind`: the zeros that are put before the first place and behind the last
   */
  constructor({
    from,
    to,
    taps,
    stride = 1,
    before = 0,
    behind = 0,
    bias,
    start,
  }: {
    from: Sizes<From>
    to: Sizes<To>
    taps: number
    stride?: number
    before?: number
    behind?: number
    bias: boolean
    start?: Start
  }) {
    this.weight = parameter({ tap: taps, ...from, ...to } as Sizes<'tap' | From | To>, start)
    this.bias = bias ? parameter(to, 'zeros') : undefined
    this.#over = ['tap', ...Object.keys(from)]
    this.#taps = taps
    this.#stride = stride
    this.#before = before
    this.#behind = behind
  }

  /** x has the axes `From`, "frame" and others; the result has the others, "frame" and `To`. */
  apply<X extends string>(x: Tensor<X | From | 'frame'>): Tensor<X | To | 'frame'> {
    const padded = pad(x as Tensor<'frame'>, 'frame', { before: this.#before, after: this.#behind })
    const frames = Math.floor((size(padded, 'frame') - this.#taps) / this.#stride) + 1
    const places = add(multiply(index('frame', frames), this.#stride), index('tap', this.#taps))
    const windows: Node = gather(padded, places, 'frame')
    const others = (x as Node).axes.filter(({ name }) => !this.#over.includes(name))
    const out = this.weight.axes.filter(({ name }) => !this.#over.includes(name))
    const order = [...others.map((axis) => (axis.name === 'frame' ? { ...axis, size: frames } : axis)), ...out]
    // The compiler cannot follow axes through a generic class; they are checked when the graph is built.
    const product = contract(windows, this.weight, this.#over, order)
    return (this.bias ? add(product as Tensor, this.bias as Node as Tensor) : product) as Tensor<X | To | 'frame'>
  }
}

// MLP: every position for itself, a wide layer with an activation between two products.
//
//   MLP        hidden = activation(x · W_up)                 output = hidden · W_down     Vaswani et al. 2017, section 3.3
//   GatedMLP   hidden = activation(x · W_gate) · (x · W_up)  output = hidden · W_down     Shazeer 2020 (SwiGLU with silu)

import { gelu, geluExact, mish, quickGelu, relu, reluSquared, sigmoid, silu } from '../tensor/definitions.ts'
import type { Tensor } from '../tensor/node.ts'
import { see } from '../tensor/pass.ts'
import { multiply, tanh } from '../tensor/primitives.ts'
import { type Dropout, noDropout } from './dropout.ts'
import type { Linear } from './linear.ts'
import type { Stream } from './stream.ts'

type Hidden = Tensor<'batch' | 'position' | 'hidden'>

/** The activations that have a name in a model's config; any other function of single numbers will do as well. */
export const activations = {
  relu,
  reluSquared,
  gelu,
  geluExact,
  quickGelu,
  silu,
  mish,
  sigmoid,
  tanh,
} as const satisfies Record<string, <A extends string>(x: Tensor<A>) => Tensor<A>>

export type Activation = keyof typeof activations

export class MLP {
  readonly up: Linear<'model', 'hidden'>
  readonly down: Linear<'hidden', 'model'>
  readonly #activation: (x: Hidden) => Hidden

  /** `activation` is any function of single numbers: relu, gelu, silu. */
  constructor({ up, down, activation }: { up: MLP['up']; down: MLP['down']; activation: (x: Hidden) => Hidden }) {
    this.up = up
    this.down = down
    this.#activation = activation
  }

  apply(x: Stream, { drop = noDropout }: { drop?: Dropout } = {}): Stream {
    const up = this.up.apply<'batch' | 'position'>(x)
    const hidden = this.#activation(up)
    const output = this.down.apply<'batch' | 'position'>(drop.apply('hidden', hidden, this))
    // Without an activation, (x) => x, the layer inside is the product.
    return see(this, { up, ...(hidden !== up && { hidden }), output }).output
  }
}

export class GatedMLP {
  readonly gate: Linear<'model', 'hidden'>
  readonly up: Linear<'model', 'hidden'>
  readonly down: Linear<'hidden', 'model'>
  readonly #activation: (x: Hidden) => Hidden

  constructor(parts: {
    gate: GatedMLP['gate']
    up: GatedMLP['up']
    down: GatedMLP['down']
    activation: (x: Hidden) => Hidden
  }) {
    this.gate = parts.gate
    this.up = parts.up
    this.down = parts.down
    this.#activation = parts.activation
  }

  apply(x: Stream, { drop = noDropout }: { drop?: Dropout } = {}): Stream {
    const gate = this.gate.apply<'batch' | 'position'>(x)
    const up = this.up.apply<'batch' | 'position'>(x)
    const hidden = multiply(this.#activation(gate), up)
    const output = this.down.apply<'batch' | 'position'>(drop.apply('hidden', hidden, this))
    return see(this, { gate, up, hidden, output }).output
  }
}

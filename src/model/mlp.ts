// MLP: every position for itself, a wide layer with a bend in it. hidden = bend(x · W_up), output = hidden · W_down.
//
// Vaswani et al. 2017, section 3.3 (the bend is ReLU there, GELU in GPT-2).

import { see } from '../tensor/names.ts'
import type { Tensor } from '../tensor/node.ts'
import type { Linear } from './linear.ts'
import type { Stream } from './stream.ts'

type Hidden = Tensor<'batch' | 'position' | 'hidden'>

export class MLP {
  readonly up: Linear<'model', 'hidden'>
  readonly down: Linear<'hidden', 'model'>
  readonly #bend: (x: Hidden) => Hidden

  /** `bend` is any function of single numbers: relu, gelu, silu. */
  constructor({ up, down, bend }: { up: MLP['up']; down: MLP['down']; bend: (x: Hidden) => Hidden }) {
    this.up = up
    this.down = down
    this.#bend = bend
  }

  apply(x: Stream): Stream {
    const up = this.up.apply<'batch' | 'position'>(x)
    const hidden = this.#bend(up)
    const output = this.down.apply<'batch' | 'position'>(hidden)
    return see(this, { up, hidden, output }).output
  }
}

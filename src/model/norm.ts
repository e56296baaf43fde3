// Normalisation of the residual stream, with a learnt scale (and shift) for each of its numbers.

import type { Size } from '../tensor/axes.ts'
import { normalize, normalizeRms } from '../tensor/definitions.ts'
import { add, multiply, parameter } from '../tensor/primitives.ts'
import type { Stream } from './stream.ts'

/** normalize(x) · scale + shift, over "model". Ba, Kiros, Hinton 2016. */
export class LayerNorm {
  readonly scale
  readonly shift
  readonly #epsilon: number

  constructor({ model, epsilon = 1e-5 }: { model: number | Size; epsilon?: number }) {
    this.scale = parameter({ model }, 'ones')
    this.shift = parameter({ model }, 'zeros')
    this.#epsilon = epsilon
  }

  apply(x: Stream): Stream {
    return add(multiply(normalize(x, 'model', this.#epsilon), this.scale), this.shift)
  }
}

/** x / √(mean(x²) + ε) · scale, over "model". Zhang, Sennrich 2019. */
export class RmsNorm {
  readonly scale
  readonly #epsilon: number

  constructor({ model, epsilon = 1e-6 }: { model: number | Size; epsilon?: number }) {
    this.scale = parameter({ model }, 'ones')
    this.#epsilon = epsilon
  }

  apply(x: Stream): Stream {
    return multiply(normalizeRms(x, 'model', this.#epsilon), this.scale)
  }
}

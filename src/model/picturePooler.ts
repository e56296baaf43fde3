// One vector for a whole picture: what is made of the state of its class token, activation(state · W + b).

import type { Tensor } from '../tensor/node.ts'
import { see } from '../tensor/pass.ts'
import { rename } from '../tensor/primitives.ts'
import { Linear } from './linear.ts'
import { type Activation, activations } from './mlp.ts'
import { stateAt } from './pictureEncoder.ts'
import type { Stream } from './stream.ts'

/** The vector for a whole picture, as a config says it: its width, and the function that it goes through. */
export interface PooledConfig {
  readonly size: number
  readonly activation: Activation
}

export class PicturePooler {
  readonly projection: Linear<'model', 'pooled'>
  readonly #activation: Activation

  constructor({ model, pooled }: { model: number; pooled: PooledConfig }) {
    this.projection = new Linear({ from: { model }, to: { pooled: pooled.size }, bias: true })
    this.#activation = pooled.activation
  }

  apply(state: Tensor<'batch' | 'model'>): Tensor<'batch' | 'model'> {
    const { pooling } = see(this, { pooling: this.projection.apply<'batch'>(state) })
    return rename(activations[this.#activation](pooling), 'pooled', 'model')
  }
}

/** A vector for the whole picture from the states of all positions; `place` says whose. Throws where there is no pooler. */
export function pooledBy(place: string, pooler: PicturePooler | undefined, states: Stream): Tensor<'batch' | 'model'> {
  if (!pooler)
    throw new Error(`${place}: this model was made without a pooler. Take the state of its class token instead.`)
  return pooler.apply(stateAt(states, 0))
}

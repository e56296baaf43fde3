// LayerScale: what a part says, times a learnt number for each place of the stream, before it is added there. Begun small, deep
// models of pictures learn; learnt, it says how much each part has to say. Touvron et al. 2021, "Going deeper with Image Transformers".

import type { Tensor } from '../tensor/node.ts'
import { multiply, parameter } from '../tensor/primitives.ts'
import type { Stream } from './stream.ts'

export class LayerScale {
  readonly scale: Tensor<'model'>

  constructor({ model }: { model: number }) {
    this.scale = parameter({ model }, 'ones')
  }

  apply(x: Stream): Stream {
    return multiply(x, this.scale)
  }
}

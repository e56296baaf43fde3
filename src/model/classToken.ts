// A learnt vector before all others, that belongs to no patch and no token: what a classifier reads. Devlin et al. 2018 ([CLS]);
// Dosovitskiy et al. 2020, section 3.1. Touvron et al. 2020 put a second one beside it, for what a teacher says.

import { pad } from '../tensor/definitions.ts'
import type { Start, Tensor } from '../tensor/node.ts'
import { add, index, less, multiply, parameter, size } from '../tensor/primitives.ts'
import type { Stream } from './stream.ts'

export class ClassToken {
  readonly token: Tensor<'model'>

  constructor({ model, start }: { model: number; start?: Start }) {
    this.token = parameter({ model }, start)
  }

  /** The stream with one more position, its first. */
  before(x: Stream): Stream {
    const isFirst = less(index('position', size(x, 'position') + 1), 1)
    return add(pad(x, 'position', { before: 1 }), multiply(isFirst, this.token)) as Stream
  }
}

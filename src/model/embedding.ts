// Embeddings: what turns numbers into vectors. One table has a row for every token of the vocabulary, another one for every
// place in the context. Their sum is where the residual stream begins.

import type { Size } from '../tensor/axes.ts'
import type { Tensor } from '../tensor/node.ts'
import { add, gather, index, parameter, size } from '../tensor/primitives.ts'
import type { Ids, Stream } from './stream.ts'

/** A row of numbers for every token: ids (batch, position) → (batch, position, model). */
export class TokenEmbedding {
  readonly token

  constructor({ vocab, model }: { vocab: number | Size; model: number | Size }) {
    this.token = parameter({ vocab, model })
  }

  apply(ids: Ids): Stream {
    return gather(this.token, ids, 'vocab')
  }
}

/** A learnt row for every place in the context: position → (position, model). GPT-2, section 2.3; BERT. */
export class LearnedPositions {
  readonly place

  constructor({ context, model }: { context: number | Size; model: number | Size }) {
    this.place = parameter({ position: context, model })
  }

  /** The rows of as many positions as there are ids, from `start` on. */
  apply(ids: Ids, start?: Tensor<never>): Tensor<'position' | 'model'> {
    const places = index('position', size(ids, 'position'))
    return gather(this.place, start ? add(places, start) : places, 'position')
  }
}

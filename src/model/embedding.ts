// Embeddings: what turns tokens into vectors, and the way back. A table has a row for every token of the vocabulary; the
// unembedding compares what comes out of the last block with a row for every token.

import type { Size } from '../tensor/axes.ts'
import type { Start, Tensor } from '../tensor/node.ts'
import { add, constant, dot, gather, multiply, parameter } from '../tensor/primitives.ts'
import type { Ids, Logits, Stream } from './stream.ts'

/** A row of numbers for every token: ids (batch, position) → (batch, position, model). */
export class TokenEmbedding {
  readonly token: Tensor<'vocab' | 'model'>
  readonly #scale: number

  /** `scale`: the factor of the rows; √d_model in Vaswani et al. 2017, section 3.4. */
  constructor({
    vocab,
    model,
    scale = 1,
    start,
  }: {
    vocab: number | Size
    model: number | Size
    scale?: number
    start?: Start
  }) {
    this.token = parameter({ vocab, model }, start)
    this.#scale = scale
  }

  apply(ids: Ids): Stream {
    return multiply(gather(this.token, ids, 'vocab'), this.#scale)
  }
}

/** A row for every kind of token: which of two sentences it belongs to. Devlin et al. 2018, figure 2. */
export class KindEmbedding {
  readonly kind: Tensor<'kind' | 'model'>

  constructor({ kind, model }: { kind: number | Size; model: number | Size }) {
    this.kind = parameter({ kind, model })
  }

  /** The rows of the tokens' kinds; where nobody says them, all are of the first. */
  apply(kinds?: Ids): Stream | Tensor<'model'> {
    return kinds ? gather(this.kind, kinds, 'kind') : gather(this.kind, constant(0), 'kind')
  }
}

/** The unembedding that is the token embedding, used the other way round, and a bias of its own where there is one. */
export class TiedUnembedding {
  readonly bias: Tensor<'vocab'> | undefined
  readonly #embedding: TokenEmbedding

  constructor(embedding: TokenEmbedding, { bias }: { bias?: { vocab: number | Size } } = {}) {
    this.bias = bias && parameter(bias, 'zeros')
    this.#embedding = embedding
  }

  apply(x: Stream): Logits {
    const logits = dot(x, this.#embedding.token, 'model')
    return this.bias ? add(logits, this.bias) : logits
  }
}

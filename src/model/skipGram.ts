// Skip-gram: a word is a vector such that the words beside it can be told from others by a dot product.
//
//   loss of a word w and a word c beside it  =  −log σ(u_c · v_w)  −  Σₖ E log σ(−u_k · v_w)         k of some other words, drawn by chance
//
// v are the rows of the table of words, which are the word vectors; u those of the table of contexts, which only training needs. Words
// that stand among the same words so come to point the same way. Mikolov et al. 2013, "Distributed representations of words and phrases
// and their compositionality", section 2.2 (negative sampling). The loss over many pairs at once: evaluate/pairLoss.ts.

import type { Tensor } from '../tensor/node.ts'
import { dot, gather } from '../tensor/primitives.ts'
import { TokenEmbedding } from './embedding.ts'
import type { EncodingModel } from './language.ts'
import { idsBelow } from './reads.ts'
import { checkSizes, chosen } from './sizes.ts'
import type { Ids, Stream } from './stream.ts'

export interface SkipGramConfig {
  /** The number of different words. */
  readonly vocab: number
  /** The number of words of a text that are looked up at once. */
  readonly context: number
  /** The numbers of a word's vector. */
  readonly model: number
  /** The most words on either side that are beside a word; 5 if not given. */
  readonly window?: number
  /** The number of other words that each pair is told from; 5 if not given. */
  readonly negative?: number
  /** The share of a text above which a word is passed over now and then; 0 for never; 0.001 if not given. */
  readonly sample?: number
}

export class SkipGram implements EncodingModel {
  readonly kind = 'encoder'
  /** v: what a word is. */
  readonly embedding: TokenEmbedding
  /** u: beside what a word stands. */
  readonly contexts: TokenEmbedding
  readonly #config: SkipGramConfig

  constructor(config: SkipGramConfig) {
    const { vocab, context, model, window = 5, negative = 5 } = config
    checkSizes('skip-gram', { vocab, context, model, window, negative })
    this.#config = config
    // As spread as the uniform numbers in ±½ / model of word2vec.
    this.embedding = new TokenEmbedding({ vocab, model: chosen(model), start: { normal: 1 / Math.sqrt(12) / model } })
    this.contexts = new TokenEmbedding({ vocab, model: chosen(model), start: 'zeros' })
  }

  get config(): SkipGramConfig {
    return this.#config
  }

  get reads() {
    return { ids: idsBelow(this.#config.vocab, this.#config.context) }
  }

  /** The vectors of the words. */
  states({ ids }: { ids: Ids }): Stream {
    return this.embedding.apply(ids)
  }

  /** u · v for every word and each of the others: (batch, position, other). */
  scores({ ids, others }: { ids: Ids; others: Tensor<'batch' | 'other'> }): Tensor<'batch' | 'position' | 'other'> {
    return dot(this.states({ ids }), gather(this.contexts.token, others, 'vocab'), 'model')
  }
}

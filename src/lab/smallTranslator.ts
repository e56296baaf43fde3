// A small transformer of 2017 of which every size can be chosen, the width of a head's queries and keys too: for table 3 of
// Vaswani et al. 2017. Post-norm, ReLU, one table for sources, targets and logits, as in model/encoderDecoder.ts.

import type { PostNormBlock } from '../model/block.ts'
import type { Cache } from '../model/cache.ts'
import { type DecoderParts, decode } from '../model/decoder.ts'
import { dropRates } from '../model/dropout.ts'
import { TiedUnembedding, TokenEmbedding } from '../model/embedding.ts'
import { type EncoderParts, encode } from '../model/encoder.ts'
import type { Given, SequenceModel } from '../model/language.ts'
import { paperBlock } from '../model/paperBlock.ts'
import { LearnedPositions, SinusoidalPositions } from '../model/positions.ts'
import { idsBelow } from '../model/reads.ts'
import { chosen } from '../model/sizes.ts'
import type { Ids, Logits, Stream } from '../model/stream.ts'
import type { Tensor } from '../tensor/node.ts'
import { trace } from '../tensor/pass.ts'
import { rename } from '../tensor/primitives.ts'

/** Its choices, with the paper's letters. */
export interface SmallTranslator {
  /** N: in the encoder, and as many in the decoder. */
  readonly layers: number
  /** d_model. */
  readonly model: number
  /** d_ff. */
  readonly hidden: number
  /** h. */
  readonly heads: number
  /** d_k, of queries and keys. */
  readonly key: number
  /** d_v. */
  readonly value: number
  readonly dropout: number
  readonly positions: 'sinusoidal' | 'learnt'
}

/** The model with these choices. It reads and writes as many tokens as `context` says. */
export function smallTranslator(choices: SmallTranslator, sizes: { vocab: number; context: number }): SequenceModel {
  return new Translator(choices, sizes)
}

class Translator implements SequenceModel {
  readonly kind = 'encoder-decoder'
  readonly encoder: EncoderParts
  readonly decoder: DecoderParts & { readonly blocks: readonly PostNormBlock[] }
  readonly config: SmallTranslator & { readonly vocab: number; readonly context: number }

  constructor(choices: SmallTranslator, { vocab, context }: { vocab: number; context: number }) {
    const { layers, model } = choices
    this.config = { ...choices, vocab, context }
    const embedding = new TokenEmbedding({
      vocab,
      model,
      scale: Math.sqrt(model),
      start: { normal: 1 / Math.sqrt(model) },
    })
    // Learnt places begin as large as sinusoids are.
    const positions = () =>
      choices.positions === 'learnt' ? new LearnedPositions({ context, model }) : new SinusoidalPositions({ model })
    const blocks = (isCrossing: boolean) => Array.from({ length: layers }, () => blockOf(choices, isCrossing))
    this.encoder = { embedding, positions: positions(), blocks: blocks(false) }
    this.decoder = {
      embedding,
      positions: positions(),
      blocks: blocks(true),
      unembedding: new TiedUnembedding(embedding, { bias: { vocab } }),
    }
  }

  get reads() {
    const { vocab, context } = this.config
    return { source: { axes: { source: { most: context } }, below: vocab }, ids: idsBelow(vocab, context) }
  }

  encode(
    { source }: { source: Tensor<'batch' | 'source'> },
    given: Pick<Given, 'step' | 'keep' | 'places'> = {},
  ): Stream {
    const ids = rename(source, 'source', 'position')
    return trace(this, () => encode(this.encoder, { ids }, given, dropRates(this.config.dropout))).outputs
  }

  logits({ ids }: { ids: Ids }, given: Given = {}): Logits {
    return trace(this, () => decode(this.decoder, ids, given, { drops: dropRates(this.config.dropout) })).outputs
  }

  remember(encoded: Stream, cache: Cache): void {
    for (const { cross } of this.decoder.blocks) if (cross) cache.keep(cross, cross.sources(encoded))
  }
}

function blockOf({ model, heads, key, value, hidden }: SmallTranslator, isCrossing: boolean): PostNormBlock {
  const sizes = {
    model: chosen(model),
    head: chosen(heads),
    key: chosen(key),
    value: chosen(value),
    hidden: chosen(hidden),
  }
  return paperBlock(sizes, { isCrossing })
}

// The transformer of 2017: an encoder reads a source both ways, a decoder writes a target from left to right, and each of its
// positions looks at the encoder's stream too (cross-attention).
//
// Vaswani et al. 2017, "Attention is all you need", figure 1 and section 3: post-norm, sinusoidal positions, embeddings times
// √d_model, ReLU; one table embeds the source, embeds the target and unembeds. Marian, whose folders it loads and saves, has
// the same parts. The forward passes are encoder.ts and decoder.ts.

import type { Tensor } from '../tensor/node.ts'
import { trace } from '../tensor/pass.ts'
import { rename } from '../tensor/primitives.ts'
import type { PostNormBlock } from './block.ts'
import type { Cache } from './cache.ts'
import { type DecoderParts, decode, type Unembedding } from './decoder.ts'
import { checkDropRates, type DropRates, dropRates } from './dropout.ts'
import { TiedUnembedding, TokenEmbedding } from './embedding.ts'
import { type EncoderParts, encode } from './encoder.ts'
import { blockSizes, checkHalves, type HalfSizes } from './halves.ts'
import type { Given, SequenceModel } from './language.ts'
import { Linear } from './linear.ts'
import type { Activation } from './mlp.ts'
import { paperBlock } from './paperBlock.ts'
import { SinusoidalPositions } from './positions.ts'
import { idsBelow } from './reads.ts'
import { checkSizes, chosen } from './sizes.ts'
import type { Ids, Logits, Stream } from './stream.ts'

export interface EncoderDecoderConfig {
  /** The number of different tokens in the target, and in the source unless that has a vocabulary of its own. */
  readonly vocab: number
  readonly sourceVocab?: number
  /** The number of positions that each side may have. */
  readonly context: number
  readonly model: number
  readonly encoder: HalfSizes
  readonly decoder: HalfSizes
  readonly activation?: Activation
  readonly epsilon?: number
  readonly dropout?: number | DropRates
  /** True, also if not given, where embeddings are multiplied with √model. */
  readonly isScaled?: boolean
  /** True, also if not given, where one table embeds sources and targets. */
  readonly isShared?: boolean
  /** True, also if not given, where the unembedding is the target's embedding. */
  readonly isTied?: boolean
}

export class EncoderDecoder implements SequenceModel {
  readonly kind = 'encoder-decoder'
  readonly encoder: EncoderParts
  readonly decoder: DecoderParts & { readonly blocks: readonly PostNormBlock[] }
  readonly #config: EncoderDecoderConfig

  constructor(config: EncoderDecoderConfig) {
    checkConfig(config)
    const { vocab, sourceVocab = vocab, isShared = sourceVocab === vocab, isTied = true, isScaled = true } = config
    const model = chosen(config.model)
    this.#config = config
    const table = (size: number): TokenEmbedding =>
      new TokenEmbedding({
        vocab: size,
        model,
        ...(isScaled ? { scale: Math.sqrt(config.model), start: { normal: 1 / Math.sqrt(config.model) } } : {}),
      })
    const embedding = table(sourceVocab)
    const targetEmbedding = isShared ? embedding : table(vocab)
    const positions = new SinusoidalPositions({ model })
    this.encoder = {
      embedding,
      positions,
      blocks: Array.from({ length: config.encoder.layer }, () => block(config, config.encoder)),
    }
    this.decoder = {
      embedding: targetEmbedding,
      positions,
      blocks: Array.from({ length: config.decoder.layer }, () => block(config, config.decoder, { isCrossing: true })),
      unembedding: isTied
        ? new TiedUnembedding(targetEmbedding, { bias: { vocab } })
        : (new Linear({ from: { model }, to: { vocab }, bias: true }) satisfies Unembedding),
    }
  }

  get config(): EncoderDecoderConfig & { readonly sourceVocab: number } {
    return { ...this.#config, sourceVocab: this.#config.sourceVocab ?? this.#config.vocab }
  }

  get reads() {
    const { vocab, sourceVocab, context } = this.config
    return { source: { axes: { source: { most: context } }, below: sourceVocab }, ids: idsBelow(vocab, context) }
  }

  encode(
    { source }: { source: Tensor<'batch' | 'source'> },
    given: Pick<Given, 'step' | 'keep' | 'places'> = {},
  ): Stream {
    const ids = rename(source, 'source', 'position')
    return trace(this, () => encode(this.encoder, { ids }, given, dropRates(this.#config.dropout))).outputs
  }

  logits({ ids }: { ids: Ids }, given: Given = {}): Logits {
    return trace(this, () => decode(this.decoder, ids, given, { drops: dropRates(this.#config.dropout) })).outputs
  }

  remember(encoded: Stream, cache: Cache): void {
    for (const { cross } of this.decoder.blocks) if (cross) cache.keep(cross, cross.sources(encoded))
  }
}

function block(config: EncoderDecoderConfig, half: HalfSizes, { isCrossing = false } = {}): PostNormBlock {
  const { epsilon, activation, model } = config
  return paperBlock(blockSizes(model, half), { epsilon, activation, isCrossing })
}

function checkConfig(config: EncoderDecoderConfig): void {
  const { vocab, sourceVocab, context, model, dropout } = config
  checkSizes('encoderDecoder', { vocab, sourceVocab, context, model })
  checkHalves('encoderDecoder', config)
  checkDropRates('encoderDecoder', dropout)
}

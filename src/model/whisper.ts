// Whisper: an encoder hears frames of a sound, a decoder writes what was said, and each of its positions looks at the sound.
//
// Radford et al. 2022, section 2.2: the transformer of 2017 with its norms before each part and at the end of either half. Two
// convolutions make positions of frames; the encoder's places are sinusoids, the decoder's are learnt; keys have no bias; the
// unembedding is the target's embedding.

import { trace } from '../tensor/pass.ts'
import { type BlockParts, PreNormBlock } from './block.ts'
import type { Cache } from './cache.ts'
import { type DecoderParts, decode } from './decoder.ts'
import { checkDropRates, type DropRates, dropRates } from './dropout.ts'
import { TiedUnembedding, TokenEmbedding } from './embedding.ts'
import { type EncoderBody, encodeStream } from './encoder.ts'
import { FrameEmbedding, type Frames } from './frameEmbedding.ts'
import { blockSizes, checkHalves, type HalfSizes } from './halves.ts'
import type { Given, SequenceModel } from './language.ts'
import { Linear } from './linear.ts'
import type { Activation } from './mlp.ts'
import { LayerNorm } from './norm.ts'
import { paperParts } from './paperBlock.ts'
import { FixedSinusoids, LearnedPositions } from './positions.ts'
import { idsBelow } from './reads.ts'
import { checkSizes, chosen } from './sizes.ts'
import type { Ids, Logits, Stream } from './stream.ts'

export interface WhisperConfig {
  /** The number of different tokens that it writes. */
  readonly vocab: number
  /** The number of tokens that it may write. */
  readonly context: number
  /** The number of the encoder's positions: one for every two frames. */
  readonly sourceContext: number
  /** The number of numbers in a frame. */
  readonly mel: number
  readonly model: number
  readonly encoder: HalfSizes
  readonly decoder: HalfSizes
  readonly activation?: Activation
  readonly dropout?: number | DropRates
  /** True, also if not given, where the unembedding is the embedding. */
  readonly isTied?: boolean
}

export class Whisper implements SequenceModel {
  readonly kind = 'encoder-decoder'
  readonly encoder: EncoderBody & { readonly embedding: FrameEmbedding }
  readonly decoder: DecoderParts & { readonly blocks: readonly PreNormBlock[] }
  readonly config: WhisperConfig

  constructor(config: WhisperConfig) {
    checkConfig(config)
    const { vocab, context, sourceContext, mel, isTied = true } = config
    const model = chosen(config.model)
    this.config = config
    const norm = (): LayerNorm => new LayerNorm({ over: { model } })
    this.encoder = {
      embedding: new FrameEmbedding({ mel, model }),
      positions: new FixedSinusoids({ context: sourceContext, model: config.model }),
      blocks: blocks(config, config.encoder),
      norm: norm(),
    }
    const embedding = new TokenEmbedding({ vocab, model })
    this.decoder = {
      embedding,
      positions: new LearnedPositions({ context, model }),
      blocks: blocks(config, config.decoder, { isCrossing: true }),
      norm: norm(),
      unembedding: isTied
        ? new TiedUnembedding(embedding)
        : new Linear({ from: { model }, to: { vocab }, bias: false }),
    }
  }

  get reads() {
    const { vocab, context, sourceContext, mel } = this.config
    return { source: { axes: { frame: 2 * sourceContext, mel } }, ids: idsBelow(vocab, context) }
  }

  encode({ source }: { source: Frames }, given: Pick<Given, 'step'> = {}): Stream {
    return trace(this, () => {
      const embedded = this.encoder.embedding.apply(source)
      return encodeStream(this.encoder, embedded, given, dropRates(this.config.dropout))
    }).outputs
  }

  logits({ ids }: { ids: Ids }, given: Given = {}): Logits {
    return trace(this, () => decode(this.decoder, ids, given, { drops: dropRates(this.config.dropout) })).outputs
  }

  remember(encoded: Stream, cache: Cache): void {
    for (const { cross } of this.decoder.blocks) if (cross) cache.keep(cross, cross.sources(encoded))
  }
}

function blocks(config: WhisperConfig, half: HalfSizes, { isCrossing = false } = {}): PreNormBlock[] {
  const { activation = 'geluExact', model } = config
  const sizes = blockSizes(model, half)
  const parts = (): BlockParts => paperParts(sizes, { activation, isCrossing, hasKeyBias: false })
  return Array.from({ length: half.layer }, () => new PreNormBlock(parts()))
}

function checkConfig(config: WhisperConfig): void {
  const { vocab, context, sourceContext, mel, model, dropout } = config
  checkSizes('whisper', { vocab, context, sourceContext, mel, model })
  if (model % 2 !== 0)
    throw new Error(`whisper: model is ${model}; half of it are sines and half cosines of places. Take an even number.`)
  checkHalves('whisper', config)
  checkDropRates('whisper', dropout)
}

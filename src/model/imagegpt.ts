// ImageGPT: a GPT-2 that writes pictures, pixel by pixel, each as one of 512 colours.
//
// Chen et al. 2020, "Generative pretraining from pixels": RMSNorm in place of LayerNorm, x · sigmoid(1.702 x) in place of GELU, and an
// unembedding of its own. It reads one id more than it writes, with which a picture begins. The forward pass is decoder.ts.

import type { PreNormBlock } from './block.ts'
import { type DecoderParts, decode } from './decoder.ts'
import { dropRates } from './dropout.ts'
import { TokenEmbedding } from './embedding.ts'
import { checkGPT2Config, type GPT2Config, gpt2Block } from './gpt2.ts'
import type { DecoderModel, Given } from './language.ts'
import { Linear } from './linear.ts'
import { RmsNorm } from './norm.ts'
import { LearnedPositions } from './positions.ts'
import { idsBelow } from './reads.ts'
import { chosen } from './sizes.ts'
import type { Ids, Logits } from './stream.ts'

/** The sizes of an ImageGPT. `vocab` is the number of colours; the id behind the last begins a picture. */
export type ImageGPTConfig = Omit<GPT2Config, 'isTied'>

export class ImageGPT implements DecoderModel, DecoderParts {
  readonly kind = 'decoder'
  readonly embedding: TokenEmbedding
  readonly positions: LearnedPositions
  readonly blocks: readonly PreNormBlock[]
  readonly norm: RmsNorm
  readonly unembedding: Linear<'model', 'vocab'>
  readonly config: ImageGPTConfig

  constructor(config: ImageGPTConfig) {
    checkGPT2Config('imagegpt', config)
    const { vocab, epsilon = 1e-5, activation = 'quickGelu' } = config
    const model = chosen(config.model)
    const norm = () => new RmsNorm({ over: { model }, epsilon })
    this.config = config
    this.embedding = new TokenEmbedding({ vocab: vocab + 1, model })
    this.positions = new LearnedPositions({ context: { size: config.context, because: 'chosen: the context' }, model })
    this.blocks = Array.from({ length: config.layer }, (_, layer) => gpt2Block({ ...config, activation }, layer, norm))
    this.norm = norm()
    this.unembedding = new Linear({ from: { model }, to: { vocab }, bias: false })
  }

  get reads() {
    return { ids: idsBelow(this.config.vocab + 1, this.config.context) }
  }

  logits({ ids }: { ids: Ids }, given: Given = {}): Logits {
    return decode(this, ids, given, { drops: dropRates(this.config.dropout) })
  }
}

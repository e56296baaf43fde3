// The block of the transformer of 2017: post-norm, attention and an MLP with biases, and in a decoder attention to what the encoder
// made of the source between them. Vaswani et al. 2017, figure 1 and section 3. Its parts serve pre-norm blocks as well (whisper.ts).

import type { Size } from '../tensor/axes.ts'
import type { Start } from '../tensor/node.ts'
import { Attention } from './attention.ts'
import { type BlockParts, PostNormBlock } from './block.ts'
import { Linear } from './linear.ts'
import { type Activation, activations, MLP } from './mlp.ts'
import { LayerNorm } from './norm.ts'

/** The sizes of a block; in the paper d_model, h, d_k, d_v and d_ff. */
export interface BlockSizes {
  readonly model: Size
  readonly head: Size
  readonly key: Size
  readonly value: Size
  readonly hidden: Size
}

interface PaperOptions {
  readonly activation?: Activation | undefined
  readonly epsilon?: number | undefined
  /** True where it is a decoder's, and looks at the encoder's stream too. */
  readonly isCrossing?: boolean
  /** True, also if not given, where keys have a bias. */
  readonly hasKeyBias?: boolean
}

/** The block of these sizes. */
export const paperBlock = (sizes: BlockSizes, options?: PaperOptions): PostNormBlock =>
  new PostNormBlock(paperParts(sizes, options))

/** The parts of such a block, wherever its norms stand. */
export function paperParts(
  { model, head, key, value, hidden }: BlockSizes,
  { activation = 'relu', epsilon, isCrossing = false, hasKeyBias = true }: PaperOptions = {},
): BlockParts {
  // Glorot, Bengio 2010: as much variance goes out as comes in.
  const even = (size: number): Start => ({ normal: Math.sqrt(2 / (model.size + size)) })
  const [square, mixed, wide] = [even(head.size * key.size), even(head.size * value.size), even(hidden.size)]
  const norm = (): LayerNorm => new LayerNorm({ over: { model }, epsilon })
  const attention = (): Attention =>
    new Attention({
      query: new Linear({ from: { model }, to: { head, key }, bias: true, start: square }),
      key: new Linear({ from: { model }, to: { head, key }, bias: hasKeyBias, start: square }),
      value: new Linear({ from: { model }, to: { head, value }, bias: true, start: mixed }),
      output: new Linear({ from: { head, value }, to: { model }, bias: true, start: mixed }),
    })
  return {
    attention: attention(),
    attentionNorm: norm(),
    ...(isCrossing && { cross: attention(), crossNorm: norm() }),
    mlp: new MLP({
      up: new Linear({ from: { model }, to: { hidden }, bias: true, start: wide }),
      down: new Linear({ from: { hidden }, to: { model }, bias: true, start: wide }),
      activation: activations[activation],
    }),
    mlpNorm: norm(),
  }
}

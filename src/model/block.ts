// Blocks: how attention and MLP sit on the residual stream. Each reads it and adds its answer to it.

import { see } from '../tensor/names.ts'
import { add } from '../tensor/primitives.ts'
import type { Attention } from './attention.ts'
import type { Cache } from './cache.ts'
import type { Mask, Stream } from './stream.ts'

/** Anything that reads the stream and answers: a norm, an MLP. */
export interface Part {
  apply(x: Stream): Stream
}

/** What a forward pass may be given besides its ids. */
export interface Context {
  readonly keep?: Mask
  readonly cache?: Cache
  /** What happens to an answer before it is added to the stream: dropout, in training. */
  readonly drop?: (x: Stream, name: string) => Stream
}

/** Pre-norm: x + attention(norm(x)), then x + mlp(norm(x)). GPT-2, section 2.3; Xiong et al. 2020. */
export class PreNormBlock {
  readonly attentionNorm: Part
  readonly attention: Attention
  readonly mlpNorm: Part
  readonly mlp: Part

  constructor(parts: { attentionNorm: Part; attention: Attention; mlpNorm: Part; mlp: Part }) {
    this.attentionNorm = parts.attentionNorm
    this.attention = parts.attention
    this.mlpNorm = parts.mlpNorm
    this.mlp = parts.mlp
  }

  apply(x: Stream, { keep, cache, drop = kept }: Context = {}): Stream {
    const before = see(this.attentionNorm, { output: this.attentionNorm.apply(x) }).output
    const middle = add(x, drop(this.attention.apply(before, { keep, cache }), 'attention'))
    const between = see(this.mlpNorm, { output: this.mlpNorm.apply(middle) }).output
    const output = add(middle, drop(this.mlp.apply(between), 'mlp'))
    return see(this, { middle, output }).output
  }
}

const kept = (x: Stream): Stream => x

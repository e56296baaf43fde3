// The block of a small model: its attention, its MLP, and how they sit on the stream.

import { type Block, type Context, type Part, PostNormBlock, PreNormBlock, type SelfAttention } from '../model/block.ts'
import { Linear } from '../model/linear.ts'
import { activations, MLP } from '../model/mlp.ts'
import { LayerNorm } from '../model/norm.ts'
import type { Stream } from '../model/stream.ts'
import { smallAttention } from './smallAttention.ts'
import { type SmallModel, startOf } from './smallChoices.ts'

export function smallBlock(choices: SmallModel): Block {
  const { model, norm, skip, hidden } = choices
  const normed = () => (norm === 'none' ? undefined : new LayerNorm({ over: { model } }))
  const parts = {
    attentionNorm: normed(),
    attention: smallAttention(choices),
    mlpNorm: hidden > 0 ? normed() : undefined,
    mlp: hidden > 0 ? mlp(choices) : undefined,
  }
  if (!skip) return new BlockWithoutSkips(parts)
  return norm === 'post' ? new PostNormBlock(parts) : new PreNormBlock(parts)
}

function mlp(choices: SmallModel): MLP {
  const { model, hidden, layers, activation } = choices
  return new MLP({
    up: new Linear({ from: { model }, to: { hidden }, bias: true, start: startOf(choices, model, hidden) }),
    down: new Linear({
      from: { hidden },
      to: { model },
      bias: true,
      start: startOf(choices, hidden, model, 2 * layers),
    }),
    activation: activations[activation],
  })
}

/** Every part's answer takes the place of the stream: part(norm(x)), rather than x + part(norm(x)). */
class BlockWithoutSkips implements Block {
  readonly attentionNorm: Part | undefined
  readonly attention: SelfAttention
  readonly mlpNorm: Part | undefined
  readonly mlp: Part | undefined

  constructor(parts: {
    attentionNorm: Part | undefined
    attention: SelfAttention
    mlpNorm: Part | undefined
    mlp: Part | undefined
  }) {
    this.attentionNorm = parts.attentionNorm
    this.attention = parts.attention
    this.mlpNorm = parts.mlpNorm
    this.mlp = parts.mlp
  }

  apply(x: Stream, context: Context = {}): Stream {
    const middle = this.attention.apply(this.attentionNorm ? this.attentionNorm.apply(x) : x, context)
    return this.mlp ? this.mlp.apply(this.mlpNorm ? this.mlpNorm.apply(middle) : middle) : middle
  }
}

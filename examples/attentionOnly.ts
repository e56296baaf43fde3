// A decoder of attention alone, no MLP, as two examples train it: 02-successor.ts and 12-induction.ts.
//
//   queries, keys   from norm(stream + place)     where things stand, only those know who ask and offer
//   values          from norm(stream)             so that no head can hand on a place
//
// Press et al. 2021, "Shortformer", section 5. The block is one of our own: any object with parts and `apply` can be one.

import {
  Attention,
  add,
  type Block,
  type Context,
  Decoder,
  LayerNorm,
  LearnedPositions,
  Linear,
  rename,
  type Stream,
  see,
  TokenEmbedding,
} from '../src/tensor.ts'

interface AttentionOnlySizes {
  readonly vocab: number
  readonly context: number
  readonly layers: number
  readonly heads: number
  readonly model: number
}

/** Its matrices begin as PyTorch's do, with the spread 1/√(3 · model); its tables with 0.02. */
export function attentionOnly({ vocab, context, layers, heads: head, model }: AttentionOnlySizes): Decoder {
  const start = { normal: 1 / Math.sqrt(3 * model) }
  const positions = new LearnedPositions({ context, model })
  const key = model / head
  const projection = () => new Linear({ from: { model }, to: { head, key }, bias: true, start })
  const attention = () =>
    new Attention({
      query: projection(),
      key: projection(),
      value: new Linear({ from: { model }, to: { head, value: key }, bias: true, start }),
      output: new Linear({ from: { head, value: key }, to: { model }, bias: true, start }),
    })
  return new Decoder({
    embedding: new TokenEmbedding({ vocab, model, start: { normal: 0.02 } }),
    blocks: Array.from({ length: layers }, () => new PlacedBlock(model, attention(), positions)),
    norm: new LayerNorm({ over: { model } }),
    unembedding: new Linear({ from: { model }, to: { vocab }, bias: true, start }),
    context,
  })
}

class PlacedBlock implements Block {
  readonly norm: LayerNorm
  readonly attention: Attention
  readonly positions: LearnedPositions

  constructor(model: number, attention: Attention, positions: LearnedPositions) {
    this.norm = new LayerNorm({ over: { model } })
    this.attention = attention
    this.positions = positions
  }

  apply(x: Stream, context: Context = {}): Stream {
    const { norm, attention, positions } = this
    if (!context.places) throw new Error('attentionOnly: the block is not told where its tokens stand.')
    const placed: Stream = norm.apply(positions.onto(x, context.places))
    const key = attention.key?.apply<'batch' | 'source'>(rename(placed, 'position', 'source'))
    const value = attention.value?.apply<'batch' | 'source'>(rename(norm.apply(x), 'position', 'source'))
    if (!key || !value) throw new Error('attentionOnly: attention lacks its keys or its values.')
    return see(this, { output: add(x, attention.apply(placed, context, see(attention, { key, value }))) }).output
  }
}

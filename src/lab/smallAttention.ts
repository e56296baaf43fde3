// The attention of a small model: whole, or without some of its matrices.

import { AlibiPositions } from '../model/alibi.ts'
import { Attention, type AttentionContext, type AttentionPositions } from '../model/attention.ts'
import type { SelfAttention } from '../model/block.ts'
import { frequencies } from '../model/frequencies.ts'
import { Linear } from '../model/linear.ts'
import { RotaryPositions } from '../model/rotary.ts'
import type { Places, Stream } from '../model/stream.ts'
import { attention } from '../tensor/attention.ts'
import type { Node, Tensor } from '../tensor/node.ts'
import { see } from '../tensor/pass.ts'
import { contract, rename, table } from '../tensor/primitives.ts'
import { type SmallModel, startOf, timesLonger } from './smallChoices.ts'

export function smallAttention(choices: SmallModel): SelfAttention {
  const { attention: kind, heads, model, positions } = choices
  if (model % heads !== 0) throw new Error(`lab: a stream of ${model} numbers cannot be shared by ${heads} heads.`)
  if (kind === 'whole') return whole(choices)
  if (positions === 'alibi')
    throw new Error('lab: attention that lacks matrices knows no ALiBi. Choose other positions.')
  return kind === 'raw' ? new RawAttention(choices) : new BareAttention(choices)
}

/** W_Q, W_K, W_V and W_O. */
function whole(choices: SmallModel): Attention {
  const { heads: head, model, scale } = choices
  const key = model / head
  const { start, writing } = startsOf(choices)
  return new Attention({
    query: new Linear({ from: { model }, to: { head, key }, bias: true, start }),
    key: new Linear({ from: { model }, to: { head, key }, bias: true, start }),
    value: new Linear({ from: { model }, to: { head, value: key }, bias: true, start }),
    output: new Linear({ from: { head, value: key }, to: { model }, bias: true, start: writing }),
    positions: withinAttention(choices, key),
    ...(scale === 'none' && { scale: 1 }),
  })
}

function withinAttention({ positions, heads, context }: SmallModel, key: number): AttentionPositions | undefined {
  if (positions === 'rotary') return new RotaryPositions(frequencies({ key, context: timesLonger * context }))
  return positions === 'alibi' ? new AlibiPositions({ head: heads }) : undefined
}

/** Queries or keys, turned by their places where positions are rotary. */
function turnedBy<A extends string>(
  positions: AttentionPositions | undefined,
  x: Tensor<A | 'key'>,
  places: Places | undefined,
): Tensor<A | 'key'> {
  return places && positions?.turned ? positions.turned<A>(x, places as Node as Tensor) : x
}

/** The beginning of a matrix that reads the stream, and one that writes to it. */
const startsOf = (choices: SmallModel) => ({
  start: startOf(choices, choices.model, choices.model),
  writing: startOf(choices, choices.model, choices.model, 2 * choices.layers),
})

/** No W_Q and no W_K: a token looks at those that are like it, with one head as wide as the stream. */
class RawAttention implements SelfAttention {
  readonly value: Linear<'model', 'value'>
  readonly output: Linear<'value', 'model'>
  readonly positions: AttentionPositions | undefined
  readonly #scale: number

  constructor(choices: SmallModel) {
    const { model, scale } = choices
    const { start, writing } = startsOf(choices)
    this.value = new Linear({ from: { model }, to: { value: model }, bias: true, start })
    this.output = new Linear({ from: { value: model }, to: { model }, bias: true, start: writing })
    this.positions = withinAttention(choices, model)
    this.#scale = scale === 'none' ? 1 : model ** -0.5
  }

  apply(x: Stream, { keep, places }: AttentionContext = {}): Stream {
    const sources = rename(x, 'position', 'source')
    const own = turnedBy(this.positions, rename(x, 'model', 'key'), places)
    const { scores, pattern, mixed } = attention(
      own,
      rename(own, 'position', 'source'),
      this.value.apply<'batch' | 'source'>(sources),
      { ...(keep && { keep }), scale: this.#scale },
    )
    return see(this, { scores, pattern, mixed, output: this.output.apply<'batch' | 'position'>(mixed) }).output
  }
}

/** No W_O: the answers of the heads stand side by side in the stream, so that no head writes where another does. */
class BareAttention implements SelfAttention {
  readonly query: Linear<'model', 'head' | 'key'>
  readonly key: Linear<'model', 'head' | 'key'>
  readonly value: Linear<'model', 'head' | 'value'>
  readonly positions: AttentionPositions | undefined
  readonly #scale: number
  readonly #sizes: { readonly head: number; readonly value: number; readonly model: number }

  constructor(choices: SmallModel) {
    const { heads: head, model, scale } = choices
    const key = model / head
    const { start, writing } = startsOf(choices)
    this.query = new Linear({ from: { model }, to: { head, key }, bias: true, start })
    this.key = new Linear({ from: { model }, to: { head, key }, bias: true, start })
    this.value = new Linear({ from: { model }, to: { head, value: key }, bias: true, start: writing })
    this.positions = withinAttention(choices, key)
    this.#scale = scale === 'none' ? 1 : key ** -0.5
    this.#sizes = { head, value: key, model }
  }

  apply(x: Stream, { keep, places }: AttentionContext = {}): Stream {
    const sources = rename(x, 'position', 'source')
    const query = turnedBy(this.positions, this.query.apply<'batch' | 'position'>(x), places)
    const key = turnedBy(this.positions, this.key.apply<'batch' | 'position'>(x), places)
    const { scores, pattern, mixed } = attention(
      query,
      rename(key, 'position', 'source'),
      this.value.apply<'batch' | 'source'>(sources),
      { ...(keep && { keep }), scale: this.#scale },
    )
    const output = contract(mixed as Node as Tensor, sideBySide(this.#sizes), ['head', 'value']) as Node as Stream
    return see(this, { scores, pattern, mixed, output }).output
  }
}

/** 1 where number `value` of a head is number head · d_k + value of the stream. */
function sideBySide({ head, value, model }: { head: number; value: number; model: number }): Tensor {
  const cells = new Array<number>(head * value * model).fill(0)
  for (let place = 0; place < head * value; place++) cells[place * model + place] = 1
  return table({ head, value, model }, cells) as Node as Tensor
}

// Transformers whose every weight is written by hand, so that what their heads do is known beforehand.
//
//   induction    two layers of one head each: the first looks at the token before, the second at what followed the same token
//   offset       one layer: its head looks so many places back, whatever stands there
//
// The stream has three blocks side by side: A the token (vocab numbers), B the token before (vocab), P the place (context), each with
// a 1 where the token or the place is. No norm, no bias, no MLP. The beginning is a token of its own, the last id, whose A is empty.
//
//   layer 0   query: P of i, as the place i − offset · sharpness    key: P    OV: A → B
//   layer 1   query: A · sharpness                                 key: B    OV: A → A · gain
//   logits    A
//
// In layer 1 every token looks at all tokens that came after one like itself, at each alike: the shares that the tokens get are those
// with which they have followed so far (Elhage et al. 2021, "induction heads").

import type { Engine } from '../../src/engine/engine.ts'
import { Attention } from '../../src/model/attention.ts'
import { PreNormBlock } from '../../src/model/block.ts'
import { Decoder } from '../../src/model/decoder.ts'
import { TokenEmbedding } from '../../src/model/embedding.ts'
import { Linear } from '../../src/model/linear.ts'
import { LearnedPositions } from '../../src/model/positions.ts'
import { cells } from '../../src/tensor/axes.ts'
import type { Node } from '../../src/tensor/node.ts'

interface Sizes {
  /** The number of different tokens, the beginning not among them; the beginning has the id behind the last. */
  readonly vocab: number
  readonly context: number
  /** The score of what a head looks for; that of everything else is 0. Shares differ from 0 and 1 by about context · e^−sharpness. */
  readonly sharpness?: number
}

/** An induction head in the second layer, with the head that it needs in the first. `gain`: what a share of 1 adds to a logit. */
export function handBuiltInduction(
  engine: Engine,
  { gain = 30, ...sizes }: Sizes & { readonly gain?: number },
): Decoder {
  const { vocab, sharpness = 30 } = sizes
  const [tokens, before] = [0, vocab]
  const looking = blockOf(sizes, vocab)
  const model = decoderOf(sizes, [offsetBlock(engine, sizes, 1), looking.block])
  fillOutside(engine, model, sizes)
  const each = (from: number, factor: number) => ones(vocab, (i) => [from + i, i, factor])
  set(engine, looking.query.weight, each(tokens, sharpness))
  set(engine, looking.key.weight, each(before, 1))
  set(engine, looking.value.weight, each(tokens, 1))
  set(
    engine,
    looking.output.weight,
    ones(vocab, (i) => [i, tokens + i, gain]),
  )
  return model
}

/** One head that looks `offset` places back, by where things stand alone, and gives the token there to B. */
export function handBuiltOffset(engine: Engine, { offset, ...sizes }: Sizes & { readonly offset: number }): Decoder {
  const model = decoderOf(sizes, [offsetBlock(engine, sizes, offset)])
  fillOutside(engine, model, sizes)
  return model
}

function decoderOf({ vocab, context }: Sizes, blocks: readonly PreNormBlock[]): Decoder {
  const model = 2 * vocab + context
  return new Decoder({
    context,
    embedding: new TokenEmbedding({ vocab: vocab + 1, model }),
    positions: new LearnedPositions({ context, model }),
    blocks,
    unembedding: new Linear({ from: { model }, to: { vocab: vocab + 1 }, bias: false }),
  })
}

function blockOf({ vocab, context }: Sizes, key: number) {
  const [model, head] = [2 * vocab + context, 1]
  const query = new Linear({ from: { model }, to: { head, key }, bias: false })
  const offered = new Linear({ from: { model }, to: { head, key }, bias: false })
  const value = new Linear({ from: { model }, to: { head, value: vocab }, bias: false })
  const output = new Linear({ from: { head, value: vocab }, to: { model }, bias: false })
  const attention = new Attention({ query, key: offered, value, output, scale: 1 })
  return { query, key: offered, value, output, block: new PreNormBlock({ attention }) }
}

function offsetBlock(engine: Engine, sizes: Sizes, offset: number): PreNormBlock {
  const { vocab, context, sharpness = 30 } = sizes
  const { query, key, value, output, block } = blockOf(sizes, context)
  const [tokens, before, places] = [0, vocab, 2 * vocab]
  set(
    engine,
    query.weight,
    ones(context - offset, (i) => [places + offset + i, i, sharpness]),
  )
  set(
    engine,
    key.weight,
    ones(context, (i) => [places + i, i, 1]),
  )
  set(
    engine,
    value.weight,
    ones(vocab, (i) => [tokens + i, i, 1]),
  )
  set(
    engine,
    output.weight,
    ones(vocab, (i) => [i, before + i, 1]),
  )
  return block
}

/** Token and place of the stream's beginning, and the reading of A at its end. */
function fillOutside(engine: Engine, { embedding, positions, unembedding }: Decoder, { vocab, context }: Sizes): void {
  if (!(positions instanceof LearnedPositions && unembedding instanceof Linear))
    throw new Error('handBuilt: other parts.')
  set(
    engine,
    embedding.token,
    ones(vocab, (i) => [i, i, 1]),
  )
  set(
    engine,
    positions.place,
    ones(context, (i) => [i, 2 * vocab + i, 1]),
  )
  set(
    engine,
    unembedding.weight,
    ones(vocab, (i) => [i, i, 1]),
  )
}

type Cell = readonly [row: number, column: number, value: number]

const ones = (count: number, cell: (i: number) => Cell): Cell[] => Array.from({ length: count }, (_, i) => cell(i))

/** Sets a weight to 0 but for these cells; an axis of one head makes no difference to where they lie. */
function set(engine: Engine, weight: Node, cellsOf: readonly Cell[]): void {
  const columns = weight.axes.at(-1)?.size ?? 1
  const values = new Float64Array(cells(weight.axes))
  for (const [row, column, value] of cellsOf) values[row * columns + column] = value
  engine.set(weight, values)
}

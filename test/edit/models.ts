// Small models of every architecture, with odd sizes, and weights large enough that every part of them matters.

import type { Engine } from '../../src/engine/engine.ts'
import { AlibiPositions } from '../../src/model/alibi.ts'
import { Attention } from '../../src/model/attention.ts'
import { Bert, ClassifyingBert, MaskedBert } from '../../src/model/bert.ts'
import { PreNormBlock } from '../../src/model/block.ts'
import { Decoder } from '../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../src/model/embedding.ts'
import { EncoderDecoder } from '../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import type { AnyModel, WritingModel } from '../../src/model/language.ts'
import { Linear } from '../../src/model/linear.ts'
import { Llama } from '../../src/model/llama.ts'
import { fillWeights } from '../fillWeights.ts'

export const vocab = 11

/** Attention without an MLP, a norm or learnt positions. */
function attentionOnly(): Decoder {
  const [head, key] = [2, 3]
  const model = head * key
  const embedding = new TokenEmbedding({ vocab, model })
  const heads = (): Linear<'model', 'head' | 'key'> => new Linear({ from: { model }, to: { head, key }, bias: false })
  const block = () =>
    new PreNormBlock({
      attention: new Attention({
        query: heads(),
        key: heads(),
        value: new Linear({ from: { model }, to: { head, value: key }, bias: false }),
        output: new Linear({ from: { head, value: key }, to: { model }, bias: false }),
        positions: new AlibiPositions({ head }),
      }),
    })
  return new Decoder({ context: 9, embedding, blocks: [block(), block()], unembedding: new TiedUnembedding(embedding) })
}

const half = { layer: 2, head: 3, hidden: 7 }

/** Models that go on with a text. */
export const writers: Readonly<Record<string, WritingModel>> = {
  gpt2: new GPT2({ vocab, context: 9, layer: 2, head: 3, model: 12, hidden: 10 }),
  llama: new Llama({ vocab, context: 12, layer: 2, head: 4, shared: 2, model: 20, hidden: 13, key: 6 }),
  'llama, a window': new Llama({
    vocab,
    context: 10,
    layer: 2,
    head: 2,
    model: 8,
    hidden: 9,
    window: { size: 3, layers: [0, 1] },
  }),
  'attention only': attentionOnly(),
}

export const translator = new EncoderDecoder({
  vocab,
  context: 10,
  model: 9,
  encoder: half,
  decoder: { ...half, layer: 1 },
})

export const models: Readonly<Record<string, AnyModel>> = {
  ...writers,
  translator,
  bert: new Bert({ vocab, context: 9, layer: 2, head: 1, model: 7 }),
  'masked bert': new MaskedBert({ vocab, context: 9, layer: 1, head: 3, model: 6 }),
  'classifying bert': new ClassifyingBert({ vocab, context: 9, layer: 1, head: 2, model: 10, class: 3 }),
}

/** Weights that differ enough to matter; those of a translator begin larger. */
export const fill = (engine: Engine, model: object): void =>
  fillWeights(engine, model, { times: 'encode' in model ? 2 : 10 })

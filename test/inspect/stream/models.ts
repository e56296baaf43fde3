// Models of every topology for the tests of the stream, small, with weights that are large enough for every part to count.

import type { Engine } from '../../../src/engine/engine.ts'
import { Attention } from '../../../src/model/attention.ts'
import { MaskedBert } from '../../../src/model/bert.ts'
import { type Block, type Context, PreNormBlock } from '../../../src/model/block.ts'
import { Decoder } from '../../../src/model/decoder.ts'
import { TiedUnembedding, TokenEmbedding } from '../../../src/model/embedding.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { LayerScale } from '../../../src/model/layerScale.ts'
import { Linear } from '../../../src/model/linear.ts'
import { Llama } from '../../../src/model/llama.ts'
import { MLP } from '../../../src/model/mlp.ts'
import { LayerNorm } from '../../../src/model/norm.ts'
import { ConcatenatedPositions, SinusoidalPositions } from '../../../src/model/positions.ts'
import { initialValues } from '../../../src/model/start.ts'
import type { Stream } from '../../../src/model/stream.ts'
import { relu } from '../../../src/tensor/definitions.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { see } from '../../../src/tensor/pass.ts'
import { add, divide, subtract } from '../../../src/tensor/primitives.ts'

export interface Case {
  readonly name: string
  readonly model: AnyModel
  readonly inputs: Readonly<Record<string, readonly number[]>>
}

const [vocab, context, model, head, key, hidden] = [13, 10, 12, 3, 4, 20]
const ids = [3, 1, 4, 1, 5, 9, 2]

/** Fills an engine with weights of a model, norms and biases too, none of them 0 or 1. */
export function fill(engine: Engine, model: AnyModel): void {
  const weights = parametersOf(model)
  for (const [path, values] of initialValues(model, 1)) {
    const weight = weights.get(path)
    const isNorm = path.endsWith('scale')
    const isFlat = isNorm || path.endsWith('bias') || path.endsWith('shift')
    if (weight)
      engine.set(
        weight,
        values.map((value, i) => (isFlat ? (isNorm ? 1 : 0) + 0.3 * Math.sin(i + path.length) : 15 * value)),
      )
  }
}

const linear = <A extends string, B extends string>(from: Record<A, number>, to: Record<B, number>, bias = true) =>
  new Linear<A, B>({ from, to, bias })
const norm = () => new LayerNorm({ over: { model } })
const attention = () =>
  new Attention({
    query: linear({ model }, { head, key }),
    key: linear({ model }, { head, key }),
    value: linear({ model }, { head, value: key }),
    output: linear({ head, value: key }, { model }),
  })
const mlp = () => new MLP({ up: linear({ model }, { hidden }), down: linear({ hidden }, { model }), activation: relu })

/** Attention and MLP read the same stream; one is added to it, and half of the other taken away. */
class ParallelBlock implements Block {
  readonly norm = norm()
  readonly attention = attention()
  readonly mlp = mlp()

  apply(x: Stream, context: Context = {}): Stream {
    const { output: normed } = see(this.norm, { output: this.norm.apply<'batch' | 'position'>(x) })
    const attended = add(x, this.attention.apply(normed, context))
    return see(this, { output: subtract(attended, divide(this.mlp.apply(normed), 2)) }).output
  }
}

function decoderOf(blocks: readonly Block[], parts: Partial<ConstructorParameters<typeof Decoder>[0]> = {}): Decoder {
  const embedding = new TokenEmbedding({ vocab, model, scale: Math.sqrt(model) })
  return new Decoder({ embedding, blocks, context, unembedding: new TiedUnembedding(embedding), ...parts })
}

export const gpt2 = (): Case => ({
  name: 'GPT-2, tied',
  model: new GPT2({ vocab, context, layer: 2, head, model, hidden }),
  inputs: { ids },
})

export const llama = (): Case => ({
  name: 'Llama, shared heads, no positions in the stream',
  model: new Llama({ vocab, context, layer: 2, head: 4, shared: 2, model, hidden, key }),
  inputs: { ids },
})

export const attentionOnly = (): Case => ({
  name: 'attention only, no last norm, embeddings times √d',
  model: decoderOf(
    [0, 1].map(() => new PreNormBlock({ attentionNorm: norm(), attention: attention() })),
    { positions: new SinusoidalPositions({ model }) },
  ),
  inputs: { ids },
})

export const parallel = (): Case => ({
  name: 'parallel blocks',
  model: decoderOf([new ParallelBlock(), new ParallelBlock()], { norm: norm() }),
  inputs: { ids },
})

export const scaled = (): Case => ({
  name: 'LayerScale behind attention and MLP',
  model: decoderOf(
    [0, 1].map(() => {
      const scales = { attentionScale: new LayerScale({ model }), mlpScale: new LayerScale({ model }) }
      return new PreNormBlock({ attentionNorm: norm(), attention: attention(), mlpNorm: norm(), mlp: mlp(), ...scales })
    }),
    { norm: norm() },
  ),
  inputs: { ids },
})

export const preNormCross = (): Case => {
  const translator = new EncoderDecoder({
    vocab,
    context,
    model,
    encoder: { layer: 1, head, hidden },
    decoder: { layer: 1, head, hidden },
  })
  const blocks = [0, 1].map(
    () =>
      new PreNormBlock({
        attentionNorm: norm(),
        attention: attention(),
        crossNorm: norm(),
        cross: attention(),
        mlpNorm: norm(),
        mlp: mlp(),
      }),
  )
  Object.assign(translator, { decoder: { ...translator.decoder, blocks, norm: norm() } })
  return { name: 'an encoder and a pre-norm decoder', model: translator, inputs: { ids, source: [2, 7, 1, 8] } }
}

export const noBlocks = (): Case => ({
  name: 'no blocks, positions behind the token',
  model: decoderOf([], {
    embedding: new TokenEmbedding({ vocab, model: 8 }),
    positions: new ConcatenatedPositions(new SinusoidalPositions({ model: 4 })),
    norm: norm(),
    unembedding: linear({ model }, { vocab }),
  }),
  inputs: { ids },
})

export const translator = (): Case => ({
  name: 'a post-norm translator',
  model: new EncoderDecoder({
    vocab,
    context,
    model,
    encoder: { layer: 1, head, hidden },
    decoder: { layer: 2, head, hidden },
  }),
  inputs: { ids, source: [2, 7, 1, 8] },
})

export const bert = (): Case => ({
  name: 'a BERT that fills in masked tokens',
  model: new MaskedBert({ vocab, context, layer: 2, head, model, hidden }),
  inputs: { ids },
})

/** The models whose stream is a sum from the embeddings to the unembedding. */
export const preNorm = (): Case[] => [
  gpt2(),
  llama(),
  attentionOnly(),
  parallel(),
  scaled(),
  preNormCross(),
  noBlocks(),
]

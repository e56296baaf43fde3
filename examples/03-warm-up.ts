// Why the paper's learning rate begins small: six layers whose stream is normalised after every part (post-norm) learn nothing
// at full rate from the first step on.
//
//   post-norm   norm(x + part(x))
//
// At the beginning the gradients of the last layers are large, and Adam, which does not know yet how large they usually are,
// takes steps as large as the rate allows. They spoil what attention could have learnt to look at: the loss stays at that of
// counting characters. With the same model, the same batches and the same rate, reached in 300 steps, it learns.
//
// Xiong et al. 2020, "On layer normalization in the transformer architecture". Read next: 04-sort.ts.

import { countLosses, cpu } from '../src/index.ts'
import {
  Attention,
  activations,
  Decoder,
  LayerNorm,
  LearnedPositions,
  Linear,
  MLP,
  PostNormBlock,
  TokenEmbedding,
} from '../src/tensor.ts'
import { learn, report } from './learn.ts'
import { readShakespeare } from './shakespeare.ts'

const { training, validation, vocab } = await readShakespeare()
const { unigram } = countLosses({ training, evaluation: validation, vocab })
console.log(`By counting characters: ${unigram.toFixed(2)} nats.`)

const [layers, model, head, hidden, context] = [6, 64, 4, 256, 64]
const key = model / head

/** The paper's blocks. Weights begin as Glorot, Bengio 2010 say: as much variance goes out as comes in. */
function build(): Decoder {
  const even = (from: number, to: number) => ({ normal: Math.sqrt(2 / (from + to)) })
  const [square, wide] = [even(model, model), even(model, hidden)]
  const norm = () => new LayerNorm({ over: { model } })
  const block = () =>
    new PostNormBlock({
      attention: new Attention({
        query: new Linear({ from: { model }, to: { head, key }, bias: true, start: square }),
        key: new Linear({ from: { model }, to: { head, key }, bias: true, start: square }),
        value: new Linear({ from: { model }, to: { head, value: key }, bias: true, start: square }),
        output: new Linear({ from: { head, value: key }, to: { model }, bias: true, start: square }),
      }),
      attentionNorm: norm(),
      mlp: new MLP({
        up: new Linear({ from: { model }, to: { hidden }, bias: true, start: wide }),
        down: new Linear({ from: { hidden }, to: { model }, bias: true, start: wide }),
        activation: activations.relu,
      }),
      mlpNorm: norm(),
    })
  return new Decoder({
    embedding: new TokenEmbedding({ vocab, model, start: square }),
    positions: new LearnedPositions({ context, model }),
    blocks: Array.from({ length: layers }, block),
    unembedding: new Linear({ from: { model }, to: { vocab }, bias: true, start: even(model, vocab) }),
    context,
  })
}

const engine = await cpu()
const losses: Record<string, number> = {}
for (const warmup of [0, 300]) {
  console.log(warmup === 0 ? 'Without a warm-up:' : `With ${warmup} steps of it:`)
  const settings = { steps: 800, batch: 32, rate: 3e-3, warmup, seed: 0, evaluateEvery: 200 } as const
  const evaluations = await learn({ engine, model: build(), corpus: { training, validation }, ...settings })
  losses[warmup] = evaluations.at(-1)?.validation ?? Number.NaN
}
engine.close()
const [without, withIt] = [losses[0], losses[300]]
report(
  without > unigram - 0.2 && withIt < 2.15,
  `${without.toFixed(2)} nats without, ${withIt.toFixed(2)} with; the targets are what counting gives (but for 0.2), and 2.15.`,
)

// A transformer without any layers is a table of which character follows which.
//
//   logits = embedding of this character · unembedding       (vocab, model) times (model, vocab)
//
// All that it can know is the bigram: p(next | this). Counting says how good the best such table is; this model, which
// learns by gradient descent and has no idea of counting, comes to the same, as soon as it is wide enough (32 numbers for
// each character) to hold the table.
//
// Read next: 02-successor.ts, which adds attention. Elhage et al. 2021, "A mathematical framework for transformer circuits",
// section "Zero-layer transformers".

import { countLosses, cpu } from '../src/index.ts'
import { Decoder, Linear, TokenEmbedding } from '../src/tensor.ts'
import { learn, report } from './learn.ts'
import { readShakespeare } from './shakespeare.ts'

const { training, vocab, name } = await readShakespeare()
const bigram = countLosses({ training, evaluation: training, vocab, smoothing: 0 }).bigram
console.log(
  `${name}: ${training.length} characters, ${vocab} different ones. By counting pairs: ${bigram.toFixed(4)} nats.`,
)

const width = 32
const model = new Decoder({
  embedding: new TokenEmbedding({ vocab, model: width, start: { normal: 0.3 } }),
  blocks: [],
  unembedding: new Linear({ from: { model: width }, to: { vocab }, bias: false, start: { normal: 0.3 } }),
  context: 256,
})

const settings = { batch: 64, steps: 2000, rate: 0.02, leastRate: 0, schedule: 'cosine', evaluateBatches: 1e9 } as const
const engine = await cpu()
// Nothing is held back: what counting knows is this very text.
const corpus = { training, validation: training.subarray(0, 1000) }
const evaluations = await learn({ engine, model, corpus, ...settings, evaluateEvery: 500 })
engine.close()
const loss = evaluations.at(-1)?.training ?? Number.NaN
report(
  loss < bigram + 0.001,
  `${loss.toFixed(4)} nats, ${(loss - bigram).toFixed(4)} above counting; the target is 0.001.`,
)

// A model without blocks can know one thing, which token follows which; fitted to a text it comes to what counting says, and the direct
// path between tokens is that table.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { circuits } from '../../../src/inspect/circuits/circuits.ts'
import { tokenTables } from '../../../src/inspect/circuits/tokenTables.ts'
import { Decoder } from '../../../src/model/decoder.ts'
import { TokenEmbedding } from '../../../src/model/embedding.ts'
import { Linear } from '../../../src/model/linear.ts'
import { countLosses } from '../../../src/text/counts.ts'
import { train } from '../../../src/train/train.ts'

test('zero layers are the bigram, and the direct path is its table', async () => {
  const vocab = 5
  // Every pair follows every other some day: what comes next is drawn by a rule that is no rule of pairs.
  const training = Int32Array.from({ length: 2000 }, (_, i) =>
    Math.floor(((Math.sin(i * i * 0.37) + 1) / 2) ** 2 * 4.999),
  )
  const counted = countLosses({ training, evaluation: training, vocab, smoothing: 0 }).bigram
  const engine = await cpu({ threads: 1 })
  const model = new Decoder({
    embedding: new TokenEmbedding({ vocab, model: vocab, start: { normal: 0.3 } }),
    blocks: [],
    unembedding: new Linear({ from: { model: vocab }, to: { vocab }, bias: false, start: { normal: 0.3 } }),
    context: 64,
  })
  const settings = {
    batch: 16,
    steps: 250,
    rate: 0.05,
    leastRate: 0,
    schedule: 'cosine',
    warmup: 0,
    decay: 0,
    clip: 0,
  } as const
  const often = { evaluateEvery: 1e9, checkpointEvery: 1e9, reportEvery: 1e9, evaluateBatches: 1 } as const
  for await (const _ of train({ engine, model, corpus: { training, validation: training }, ...settings, ...often }));
  const { tables } = await tokenTables({ model, engine, isWhole: true })
  assert.deepEqual(
    tables.map(({ kind, from, to }) => `${kind}: ${from} → ${to}`),
    ['direct: embedding.token → unembedding.weight'],
  )
  const logits = tables[0].values?.data ?? new Float32Array()
  const loss = training.subarray(1).reduce((sum, next, i) => {
    const row = logits.subarray(training[i] * vocab, (training[i] + 1) * vocab)
    return sum + Math.log(row.reduce((all, each) => all + Math.exp(each), 0)) - row[next]
  }, 0)
  const gap = loss / (training.length - 1) - counted
  assert.ok(gap > -1e-6 && gap <= 0.001, `${gap} nats above ${counted}`)
  await assert.rejects(circuits({ model, engine }), {
    message:
      'circuits: the model has no attention, so that it has no heads. What it says is its direct path, W_E · W_U: see tokenTables.',
  })
  engine.close()
})

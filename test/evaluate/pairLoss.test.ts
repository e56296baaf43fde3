// The loss over pairs of words: held to the formula, pair by pair.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wordBatches } from '../../src/data/wordBatches.ts'
import { reference } from '../../src/engine/reference.ts'
import { Evaluator } from '../../src/evaluate/evaluator.ts'
import { wordsBeside } from '../../src/evaluate/pairLoss.ts'
import { SkipGram } from '../../src/model/skipGram.ts'

const [vocab, model, window, negative] = [9, 6, 2, 3]

test('the loss of words beside each other is that of each pair, told from so many others', async () => {
  const engine = reference()
  const words = Int32Array.from({ length: 60 }, (_, i) => (i % 11 === 10 ? -1 : (i * i) % vocab))
  const batches = wordBatches(words, {
    counts: new Int32Array(vocab).fill(6),
    ...{ window, sample: 0, batch: 2, position: 5, drawn: 4, seed: 3 },
  })
  const net = new SkipGram({ vocab, context: 8, model, window, negative })
  const numbers = (salt: number) => Float64Array.from({ length: vocab * model }, (_, i) => Math.sin(salt * (i + 1)))
  const [v, u] = [numbers(1.3), numbers(2.7)]
  engine.set(net.embedding.token, v)
  engine.set(net.contexts.token, u)
  const score = (word: number, other: number): number =>
    Array.from({ length: model }, (_, k) => v[word * model + k] * u[other * model + k]).reduce((a, b) => a + b)
  const minusLogSigmoid = (x: number): number => Math.log(1 + Math.exp(-x))

  let [sum, pairs] = [0, 0]
  for (const { inputs } of batches.evaluation())
    for (let i = 0; i < 10; i++) {
      const drawn = inputs.others.subarray(Math.floor(i / 5) * 13 + 9, Math.floor(i / 5) * 13 + 13)
      for (let j = i - inputs.before[i]; j <= i + inputs.after[i]; j++) {
        if (j === i) continue
        pairs++
        sum += minusLogSigmoid(score(inputs.ids[i], inputs.ids[j]))
        for (const other of drawn) sum += (negative / 4) * minusLogSigmoid(-score(inputs.ids[i], other))
      }
    }
  const { loss } = await new Evaluator(engine, wordsBeside(net, { position: 5, drawn: 4 })).evaluate(
    batches.evaluation(),
  )
  assert.ok(pairs > 100)
  assert.ok(Math.abs(loss - sum / pairs) < 1e-6, `${loss}, ${sum / pairs}`)
  engine.close()
})

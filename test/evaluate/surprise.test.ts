// How surprised a model is: against the definition, window by window.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { surpriseOf } from '../../src/evaluate/surprise.ts'
import { read } from '../../src/inspect/read.ts'
import { fillWeights } from '../fillWeights.ts'
import { config, smallModel } from '../inspect/model.ts'

describe('surprise', () => {
  const model = smallModel()
  const engine = reference()
  fillWeights(engine, model)
  const ids = Int32Array.from({ length: 2 * config.context + 4 }, (_, i) => (i * i + 3) % config.vocab)

  test('is the mean of −ln p over all tokens but the first', async () => {
    let total = 0
    for (let start = 0; start < ids.length - 1; start += config.context) {
      const window = ids.subarray(start, Math.min(start + config.context, ids.length - 1))
      const logits =
        (await read({ model, engine, inputs: { ids: window }, addresses: ['logits'] })).get('logits')?.data ?? []
      window.forEach((_, i) => {
        const row = Array.from(logits.slice(i * config.vocab, (i + 1) * config.vocab))
        const whole = row.reduce((sum, logit) => sum + Math.exp(logit), 0)
        total += Math.log(whole) - row[ids[start + i + 1]]
      })
    }
    const expected = total / (ids.length - 1)
    for (const batch of [1, 2, 16]) {
      const reported: number[][] = []
      const report = (...each: number[]): number => reported.push(each)
      const { loss, perplexity, bitsPerToken, predicted } = await surpriseOf({ model, engine, ids, batch, report })
      assert.deepEqual(reported.at(-1), [predicted, ids.length - 1])
      assert.ok(Math.abs(loss - expected) < 1e-5, `${loss}, not ${expected}`)
      assert.equal(perplexity, Math.exp(loss))
      assert.equal(bitsPerToken, loss / Math.LN2)
      assert.equal(predicted, ids.length - 1)
    }
  })

  test('needs something to predict', async () => {
    await assert.rejects(surpriseOf({ model, engine, ids: Int32Array.of(1) }), {
      message: 'batches: 1 ids hold nothing to predict. Evaluate on a text of at least 2 tokens.',
    })
  })
})

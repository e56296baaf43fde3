// The golden model is the one that others computed with.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { surpriseOf } from '../../src/evaluate/surprise.ts'
import { read } from '../../src/inspect/read.ts'
import { engines } from '../engines.ts'
import { goldenIds, goldenLogits, goldenLoss, goldenModel } from './golden.ts'

for (const { name, open } of engines)
  test(`the golden model computes what others compute with it, ${name}`, async () => {
    const engine = await open()
    try {
      const model = goldenModel(engine)
      const seen = await read({
        model,
        engine,
        inputs: { ids: goldenIds },
        addresses: ['logits {position: -1}', 'blocks.0.attention.pattern {position: -1, head: 0}'],
      })
      const logits = [...(seen.get('logits {position: -1}')?.data ?? [])]
      assert.equal(logits.length, goldenLogits.length)
      for (const [token, logit] of logits.entries())
        assert.ok(Math.abs(logit - goldenLogits[token]) <= 1e-5, `${token}`)
      const shares = [...seen.values()].at(-1)?.data ?? []
      for (const [source, share] of [
        [0, 0.012125],
        [1, 0.052899],
        [6, 0.904296],
      ] as const)
        assert.ok(Math.abs(shares[source] - share) <= 2e-6, `source ${source}: ${shares[source]}`)
      const { loss } = await surpriseOf({ model, engine, ids: goldenIds })
      assert.ok(Math.abs(loss - goldenLoss) <= 2e-6, `${loss}`)
    } finally {
      engine.close()
    }
  })

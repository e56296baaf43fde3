// In-context learning: the loss late in a text minus that early in it, against the losses of all positions.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { headFacts } from '../../../src/inspect/heads/heads.ts'
import { inContextPositions, inContextScore } from '../../../src/inspect/heads/inContext.ts'
import { read } from '../../../src/inspect/read.ts'
import { goldenIds, goldenModel } from '../golden.ts'

describe('in-context learning', () => {
  const engine = reference()
  const model = goldenModel(engine)

  const lossAt = async (ids: readonly number[], position: number): Promise<number> => {
    const logits = (await read({ model, engine, inputs: { ids }, addresses: [`logits {position: ${position}}`] }))
      .values()
      .next().value?.data
    const all = [...(logits ?? [])]
    return Math.log(all.reduce((sum, each) => sum + Math.exp(each), 0)) - all[ids[position + 1]]
  }

  test('is the loss late in a text minus that early in it', async () => {
    const other = goldenIds.toReversed()
    const [late, early] = inContextPositions(goldenIds.length)
    assert.deepEqual([late, early], [9, 1])
    const found = await inContextScore({ model, engine, windows: [goldenIds, other] })
    const scores = [goldenIds, other].map(async (ids) => (await lossAt(ids, 9)) - (await lossAt(ids, 1)))
    const [one, two] = await Promise.all(scores)
    assert.ok(Math.abs(found.score - (one + two) / 2) < 1e-6, `${found.score}`)
    assert.ok(Math.abs(found.error - Math.abs(one - two) / 2) < 1e-6, `${found.error}`)
    assert.ok(Math.abs(found.lateLoss - found.earlyLoss - found.score) < 1e-12)
    const { inContext } = await headFacts({ model, engine, inputs: { ids: goldenIds }, windows: [other] })
    assert.deepEqual(inContext, found)
  })

  test('of a long text is asked where others ask', () => {
    assert.deepEqual(inContextPositions(502), [500, 50])
    assert.deepEqual(inContextPositions(501), [499, 62])
  })

  test('needs windows of one length, and positions within', async () => {
    await assert.rejects(inContextScore({ model, engine, windows: [goldenIds, [1, 2, 3]] }), {
      message: 'heads: windows have 11 and 3 tokens, but positions are compared. Give windows of one length.',
    })
    await assert.rejects(inContextScore({ model, engine, windows: [goldenIds], late: 10 }), {
      message: 'heads: there is no token after position 10 in a text of 11. Give positions from 0 to 9.',
    })
  })
})

// Attention patterns: every row a whole, nothing ahead, and the softmax of the scores.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { attentionPatterns } from '../../src/inspect/pattern.ts'
import { read } from '../../src/inspect/read.ts'
import { config, fillWeights, smallModel } from './model.ts'

const ids = [3, 1, 4, 1, 5]

describe('attention patterns', () => {
  const model = smallModel()
  const engine = reference()
  fillWeights(engine, model)

  test('come layer by layer and head by head', async () => {
    const patterns = await attentionPatterns({ model, engine, inputs: { ids } })
    assert.deepEqual(
      patterns.map(({ address, layer, head, positions, sources }) => [address, layer, head, positions, sources]),
      [0, 1].flatMap((layer) => [0, 1, 2].map((head) => [`blocks.${layer}.attention.pattern`, layer, head, 5, 5])),
    )
  })

  test('share out a whole among the sources up to the position itself', async () => {
    for (const { shares } of await attentionPatterns({ model, engine, inputs: { ids } })) {
      for (let position = 0; position < 5; position++) {
        const row = shares.subarray(5 * position, 5 * position + 5)
        const whole = row.reduce((sum, share) => sum + share, 0)
        assert.ok(Math.abs(whole - 1) < 1e-6, `${whole}`)
        assert.ok(
          row.every((share, source) => (source <= position ? share > 0 : share === 0)),
          `${row}`,
        )
      }
    }
  })

  test('are the softmax of the scores', async () => {
    const [pattern] = await attentionPatterns({ model, engine, inputs: { ids }, layers: [1], heads: [2] })
    const scores = (await read({ model, engine, inputs: { ids }, addresses: ['blocks.1.attention.scores'] })).get(
      'blocks.1.attention.scores',
    )
    // Scores lie as position, head, source.
    assert.deepEqual(
      scores?.axes.map(({ name }) => name),
      ['position', 'head', 'source'],
    )
    for (let position = 0; position < 5; position++) {
      const start = (position * config.head + 2) * 5
      const powers = Array.from(scores?.data.subarray(start, start + 5) ?? [], Math.exp)
      const whole = powers.reduce((sum, power) => sum + power, 0)
      powers.forEach((power, source) => {
        assert.ok(Math.abs(pattern.shares[5 * position + source] - power / whole) < 1e-6)
      })
    }
  })

  test('of layers and heads that are not there are an error', async () => {
    await assert.rejects(attentionPatterns({ model, engine, inputs: { ids }, layers: [2] }), {
      message: 'pattern: there is no layer 2; the model has layers 0 to 1.',
    })
    await assert.rejects(attentionPatterns({ model, engine, inputs: { ids }, heads: [0, 3] }), {
      message: 'pattern: there is no head 3; the model has heads 0 to 2.',
    })
  })
})

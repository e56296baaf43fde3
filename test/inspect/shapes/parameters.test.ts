// How many numbers a model learns, and where.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parametersByPart } from '../../../src/inspect/shapes/parameters.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { smallModel } from '../model.ts'

test('parameters by part add up to all there are', () => {
  const parts = parametersByPart(smallModel())
  assert.deepEqual(
    parts.slice(0, 5).map(({ part, weights, count }) => [part, weights.map(({ path }) => path), count]),
    [
      ['embedding', ['embedding.token'], 11 * 12],
      ['positions', ['positions.place'], 9 * 12],
      ['blocks.0.attentionNorm', ['blocks.0.attentionNorm.scale', 'blocks.0.attentionNorm.shift'], 24],
      ['blocks.0.attention.query', ['blocks.0.attention.query.weight', 'blocks.0.attention.query.bias'], 12 * 12 + 12],
      ['blocks.0.attention.key', ['blocks.0.attention.key.weight', 'blocks.0.attention.key.bias'], 12 * 12 + 12],
    ],
  )
  assert.ok(Math.abs(parts.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-12)
})

test('GPT-2 has 124,439,808 parameters', () => {
  const parts = parametersByPart(new GPT2({ vocab: 50257, context: 1024, layer: 12, head: 12, model: 768 }))
  assert.equal(
    parts.reduce((sum, { count }) => sum + count, 0),
    124_439_808,
  )
})

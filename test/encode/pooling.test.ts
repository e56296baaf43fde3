// Pooling by its formulas, and what a folder makes of a pooled vector.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finished, normalized, pooled } from '../../src/encode/pooling.ts'

/** Four positions of two numbers; the text is the last three. */
const data = Float32Array.of(9, 9, 1, 8, 2, -4, 6, 0)
const states = { data, width: 2, begin: 1, end: 4, skipped: 0 }

test('each pooling is its formula', () => {
  assert.deepEqual([...pooled(states, ['cls'])], [1, 8])
  assert.deepEqual([...pooled(states, ['lasttoken'])], [6, 0])
  assert.deepEqual([...pooled(states, ['max'])], [6, 8])
  assert.deepEqual([...pooled(states, ['mean'])], [3, 4 / 3])
  assert.deepEqual([...pooled(states, ['mean_sqrt_len_tokens'])], [9 / Math.sqrt(3), 4 / Math.sqrt(3)])
  assert.deepEqual([...pooled(states, ['weightedmean'])], [(1 + 4 + 18) / 6, (8 - 8 + 0) / 6])
  assert.deepEqual([...pooled(states, ['max', 'cls'])], [6, 8, 1, 8])
})

test('a prompt does not count; the other tokens keep their places', () => {
  const behind = { ...states, skipped: 1 }
  assert.deepEqual([...pooled(behind, ['cls', 'mean', 'max'])], [2, -4, 4, -2, 6, 0])
  assert.deepEqual([...pooled(behind, ['weightedmean'])], [(4 + 18) / 5, -8 / 5])
  assert.deepEqual([...pooled({ ...states, skipped: 7 }, ['mean'])], [6, 0])
})

test('layers, normalisation and width come one after the other', () => {
  const layer = {
    from: 2,
    to: 3,
    weight: Float32Array.of(1, 0, 0, 1, 1, 1),
    bias: Float32Array.of(0, 0, 1),
    activation: 'relu',
  } as const
  assert.deepEqual([...finished(Float64Array.of(3, -4), { steps: [layer] })], [3, 0, 0])
  assert.deepEqual([...finished(Float64Array.of(3, 4), { steps: ['normalize'], width: 1 })], [0.6])
  assert.deepEqual([...normalized(Float64Array.of(0, 0))], [0, 0])
  assert.throws(() => finished(Float64Array.of(1), { steps: [layer] }), {
    message:
      "embed: a Dense layer takes 2 numbers, but what comes before it makes 1. The folder's modules do not belong together.",
  })
})

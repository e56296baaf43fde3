// The sizes and steps of a run where nobody says them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { usualInterval, usualSizes, usualSteps } from '../../src/runs/defaults.ts'

describe('usual sizes', () => {
  test('follow the text and the machine', () => {
    const sizes = (tokens: number, threads: number) => {
      const { layer, head, model, context, batch } = usualSizes({ tokens, threads }, {})
      return [layer, head, model, context, batch]
    }
    assert.deepEqual(sizes(20_000, 16), [2, 2, 64, 32, 16])
    assert.deepEqual(sizes(1_000_000, 2), [4, 4, 128, 64, 12])
    assert.deepEqual(sizes(1_000_000, 8), [6, 6, 192, 128, 16])
    assert.deepEqual(sizes(300, 2), [2, 2, 64, 8, 16])
  })

  test('go with those that are given', () => {
    assert.deepEqual(usualSizes({ tokens: 1_000_000, threads: 2 }, { model: 96, context: 16 }), {
      layer: 4,
      head: 3,
      model: 96,
      context: 16,
      batch: 12,
    })
    assert.equal(usualSizes({ tokens: 1000, threads: 2 }, { model: 50 }).head, 2)
    assert.equal(usualSizes({ tokens: 1000, threads: 2 }, { model: 7 }).head, 1)
  })
})

test('usual steps read the text 8 times, within bounds', () => {
  assert.deepEqual(
    [1000, 100_000, 10_000_000].map((tokens) => usualSteps(tokens, 768)),
    [500, 1000, 2000],
  )
})

test('usual intervals are round', () => {
  assert.deepEqual([1, 4, 8, 60, 100, 500, 2000, 5000].map(usualInterval), [1, 1, 1, 10, 20, 100, 250, 1000])
})

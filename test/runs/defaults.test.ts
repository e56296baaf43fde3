// What a run is when nothing is said.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { usualInterval, usualSizes, usualSteps } from '../../src/runs/defaults.ts'
import { clock, count, duration, size } from '../../src/show/amounts.ts'

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

test('amounts are set as people read them', () => {
  assert.deepEqual([0.4, 900, 52_000, 60_000, 185_000, 7_800_000].map(duration), [
    '0 ms',
    '1 s',
    '52 s',
    '1 min',
    '3 min 5 s',
    '2 h 10 min',
  ])
  assert.deepEqual([-5, 72_000, 7_805_000].map(clock), ['0:00', '1:12', '2:10:05'])
  assert.deepEqual([10, 12_345_678, 2e9].map(size), ['1 kB', '12.3 MB', '2.00 GB'])
  assert.deepEqual([count(1, 'step'), count(2000, 'step')], ['1 step', '2,000 steps'])
})

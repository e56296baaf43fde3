// Amounts, times and shares, as people read them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesText, clock, count, duration, flopsText, grouped, percent } from '../../src/show/amounts.ts'

test('numbers are set as people read them', () => {
  assert.deepEqual([0, 999, 1000, 1234567].map(grouped), ['0', '999', '1,000', '1,234,567'])
  const shares = [0, 0.0001, 0.0006, 0.124, 0.9994, 0.9999, 0.1 + 0.7 + 0.2, 1]
  const shown = ['0.0 %', '< 0.1 %', '0.1 %', '12.4 %', '99.9 %', '> 99.9 %', '100.0 %', '100.0 %']
  assert.deepEqual(shares.map(percent), shown)
  assert.deepEqual([12, 1500, 25.2e6, 101e6, 2.03e9].map(flopsText), [
    '12.0 FLOP',
    '1.50 kFLOP',
    '25.2 MFLOP',
    '101 MFLOP',
    '2.03 GFLOP',
  ])
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
  assert.deepEqual([10, 12_345_678, 2e9].map(bytesText), ['1 kB', '12.3 MB', '2.00 GB'])
  assert.deepEqual([count(1, 'step'), count(2000, 'step')], ['1 step', '2,000 steps'])
})

// The numbers of axes: each with as many decimals as one of them needs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ticks, tickWriter } from '../../src/show/figureNumbers.ts'

const written = (low: number, high: number, count = 5): string[] => {
  const places = ticks(low, high, count)
  return places.map(tickWriter(places))
}

test('axes have round numbers, with no decimals that say nothing', () => {
  assert.deepEqual(written(-0.7, 1.2, 4), ['-0.5', '0.0', '0.5', '1.0'])
  assert.deepEqual(written(2.3, 3.1), ['2.4', '2.6', '2.8', '3.0'])
  assert.deepEqual(written(0, 400, 8), ['0', '50', '100', '150', '200', '250', '300', '350', '400'])
  assert.deepEqual(written(-8, 0), ['-8', '-6', '-4', '-2', '0'])
  assert.deepEqual(written(0.0474, 0.0848), ['0.05', '0.06', '0.07', '0.08'])
  assert.deepEqual(written(0, 3e-9, 3), ['0', '1.00e-9', '2.00e-9', '3.00e-9'])
  assert.deepEqual(written(0, 3e9, 3), ['0', '1.00e+9', '2.00e+9', '3.00e+9'])
  assert.deepEqual(written(5, 5), ['5'])
})

// Elementary functions of single numbers: near the right value everywhere, and everywhere the same bits.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import * as elementary from '../../src/tensor/elementary.ts'
import { bitsOfElementary } from './elementaryBits.ts'

/** Numbers on both sides of what the functions reduce their arguments by, and all over. */
const fractions = Array.from({ length: 2000 }, (_, i) => ((i * 0.6180339887498949) % 1) - 0.5)

function near(found: number, wanted: number, what: string, tolerance = 2 ** -50): void {
  const isNear = Object.is(found, wanted) || Math.abs(found - wanted) <= tolerance * Math.abs(wanted) + 2 ** -1074
  assert.ok(isNear, `${what} is ${found}, not ${wanted}`)
}

describe('elementary functions', () => {
  test('are near those of this engine', () => {
    for (const fraction of fractions) {
      for (const x of [fraction, fraction * 40, fraction * 1400]) near(elementary.expOf(x), Math.exp(x), `exp(${x})`)
      for (const x of [2 ** (fraction * 2000), 1 + fraction / 100, 1.5 + fraction])
        near(elementary.logOf(x), Math.log(x), `log(${x})`)
      for (const x of [fraction, fraction * 100, fraction * 6_000_000]) {
        near(elementary.sinOf(x), Math.sin(x), `sin(${x})`)
        near(elementary.cosOf(x), Math.cos(x), `cos(${x})`)
      }
      near(elementary.power(10000, fraction), 10000 ** fraction, `10000 ** ${fraction}`, 2 ** -46)
    }
  })

  test('keep their sines where a multiple of π/2 almost takes all of the angle', () => {
    for (let n = 1; n < 100_000; n = n * 3 + 1) {
      const x = (n * Math.PI) / 2
      near(elementary.sinOf(x), Math.sin(x), `sin(${x})`)
      near(elementary.cosOf(x), Math.cos(x), `cos(${x})`)
    }
  })

  test('end where numbers end', () => {
    const { expOf, logOf, sinOf, cosOf, power } = elementary
    assert.deepEqual(
      [expOf(-Infinity), expOf(-750), expOf(0), expOf(710), expOf(Infinity), expOf(NaN)],
      [0, 0, 1, Infinity, Infinity, NaN],
    )
    assert.deepEqual([expOf(-745), expOf(709.78)].map(Number.isFinite), [true, true])
    assert.ok(expOf(-745) > 0)
    assert.deepEqual([logOf(0), logOf(1), logOf(-1), logOf(Infinity), logOf(NaN)], [-Infinity, 0, NaN, Infinity, NaN])
    assert.deepEqual([sinOf(0), cosOf(0), sinOf(Infinity), cosOf(NaN)], [0, 1, NaN, NaN])
    assert.deepEqual([power(7, 0), power(0, 2), power(1, 1000)], [1, 0, 1])
  })

  test('have these bits', () => {
    assert.equal(bitsOfElementary(), 1352271086)
  })
})

// Counter-based random numbers: the published values, and shuffles that are shuffles.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomBelow, randomBits, shuffled, threefry } from '../../src/text/random.ts'

test('Threefry-2x32 gives the values that its authors published', () => {
  // Random123's known answers (kat_vectors, threefry2x32 with 20 rounds): zeros, ones, and the digits of π.
  assert.deepEqual(threefry(0, 0, 0, 0), [0x6b200159, 0x99ba4efe])
  assert.deepEqual(threefry(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), [0x1cb996fc, 0xbb002be7])
  assert.deepEqual(threefry(0x13198a2e, 0x03707344, 0x243f6a88, 0x85a308d3), [0xc4923a9c, 0x483df7a0])
  assert.equal(randomBits(0, 0, 0), 0x6b200159)
})

test('every seed and every word of the counter matters', () => {
  const draws = new Set<number>()
  for (const seed of [0, 1, 2 ** 32, 2 ** 53 - 1]) {
    for (const high of [0, 1, 2 ** 32 - 1])
      for (const low of [0, 1, 2 ** 32 - 1]) draws.add(randomBits(seed, high, low))
  }
  assert.equal(draws.size, 4 * 3 * 3)
})

test('numbers below a limit are equally likely', () => {
  const times = new Array<number>(6).fill(0)
  for (let draw = 0; draw < 60_000; draw++) times[randomBelow(6, 1, 0, draw)]++
  // Six standard deviations of a binomial count.
  for (const [face, count] of times.entries()) assert.ok(Math.abs(count - 10_000) < 550, `${face}: ${count} times`)
})

test('a shuffle sends every number somewhere, and no two to the same place', () => {
  for (const count of [1, 2, 3, 4, 5, 15, 16, 17, 100, 4097]) {
    for (const round of [0, 1, 7]) {
      const places = Array.from({ length: count }, (_, index) => shuffled(index, count, 42, round))
      assert.deepEqual(
        places.toSorted((a, b) => a - b),
        Array.from({ length: count }, (_, index) => index),
      )
    }
  }
})

test('shuffles differ by seed and by round', () => {
  const order = (seed: number, round: number): string =>
    Array.from({ length: 50 }, (_, index) => shuffled(index, 50, seed, round)).join(' ')
  assert.equal(order(1, 0), order(1, 0))
  assert.notEqual(order(1, 0), order(1, 1))
  assert.notEqual(order(1, 0), order(2, 0))
})

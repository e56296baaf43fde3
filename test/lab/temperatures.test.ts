import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entropyOf, tempered, variety } from '../../src/lab/temperatures.ts'

test('a temperature raises probabilities to its inverse', () => {
  const p = [0.5, 0.3, 0.2]
  assert.deepEqual(tempered(p, 0), [1, 0, 0])
  for (const [i, value] of tempered(p, 1).entries()) assert.ok(Math.abs(value - p[i]) < 1e-15)
  // Squares: 0.25, 0.09, 0.04 of 0.38.
  for (const [i, value] of tempered(p, 0.5).entries()) assert.ok(Math.abs(value - p[i] ** 2 / 0.38) < 1e-15)
})

test('entropy grows with the temperature, from nothing to that of equal shares', () => {
  const p = [0.5, 0.3, 0.2]
  const entropies = [0, 0.25, 0.5, 1, 2, 1000].map((t) => entropyOf(tempered(p, t)))
  assert.equal(entropies[0], 0)
  for (const [i, entropy] of entropies.slice(1).entries()) assert.ok(entropy > entropies[i])
  assert.ok(Math.abs(entropies[5] - Math.log(3)) < 1e-6)
})

test('words at the ends of a text may be parts, and do not count', () => {
  const known = new Set(['one', 'two'])
  // "one" and "xyz" are whole, "fou" and "tw" are not; "is" is too short.
  assert.equal(variety(['fou one is xyz tw'], known).words, 0.5)
  assert.equal(variety(['abababab'], known).distinct, 2 / 5)
})

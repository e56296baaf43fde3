import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Draws } from '../../src/data/draws.ts'
import { greatest, type Probed, probeAccuracy } from '../../src/lab/probe.ts'

const draws = new Draws(3)
const noise = () => draws.share() - 0.5

/** Vectors around a corner for each of three classes, along directions that are no axes. */
const examples = (count: number): Probed[] =>
  Array.from({ length: count }, (_, i) => {
    const label = i % 3
    const [a, b] = [
      [4, 0],
      [-2, 3],
      [-2, -3],
    ][label]
    return { vector: [a + b + noise(), a - b + noise(), 100 + noise(), 7], label }
  })

test('a probe reads a class that is linear in the vector, whatever the scales of its numbers', () => {
  assert.equal(probeAccuracy(examples(30), examples(60)), 1)
})

test('a probe reads nothing where labels have nothing to do with vectors', () => {
  const dealt = (count: number) => examples(count).map(({ vector }) => ({ vector, label: draws.below(3) }))
  const accuracy = probeAccuracy(dealt(90), dealt(300))
  assert.ok(accuracy > 0.2 && accuracy < 0.47, `${accuracy}`)
})

test('the greatest is found by its place, the first of equal ones', () => {
  assert.equal(greatest([1, 3, 3, 2]), 1)
})

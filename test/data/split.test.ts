// Splits: by what an example says, so that equal ones stay together, or by place.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInShare, split } from '../../src/data/split.ts'

const numbers = Array.from({ length: 1000 }, (_, i) => i)

test('by place: the last tenth is held back', () => {
  const { training, validation } = split(numbers)
  assert.deepEqual(training, numbers.slice(0, 900))
  assert.deepEqual(validation, numbers.slice(900))
})

test('by content: equal examples stay together, and the sides do not change when the list grows', () => {
  const by = (number: number): string => `sentence ${number % 500}`
  const { training, validation } = split(numbers, { by })
  assert.equal(training.length + validation.length, 1000)
  const held = new Set(validation.map(by))
  assert.ok(training.every((number) => !held.has(by(number))))
  assert.equal(validation.length, 2 * held.size)
  const grown = split([...numbers, 1000, 1001, 1002], { by: (number) => `sentence ${number}` })
  const before = split(numbers, { by: (number) => `sentence ${number}` })
  assert.deepEqual(
    grown.validation.filter((number) => number < 1000),
    before.validation,
  )
})

test('the share that is held back is about the share that is asked for', () => {
  for (const share of [0, 0.03, 0.3, 0.9, 1]) {
    // One character apart, as questions of a task are.
    const held = numbers.filter((number) => isInShare(String.fromCodePoint(0x100 + number), share)).length
    assert.ok(Math.abs(held / 1000 - share) < 0.04, `${held} of 1000 for ${share}`)
  }
})

test('what cannot be', () => {
  assert.throws(() => split(numbers, { heldOut: 2 }), {
    message: 'split: heldOut is 2. Give a part from 0 to 1; 0.1 is usual.',
  })
  assert.throws(() => split([1, 2, 3]), {
    message: 'split: of 3 examples none is for validation when a share of 0.1 is held back. Give more of them.',
  })
  assert.throws(() => split(['a', 'b', 'a', 'a'], { by: (text) => text, heldOut: 0 }), {
    message:
      'split: of 2 different examples none is for validation when a share of 0 is held back. Hold back another share.',
  })
})

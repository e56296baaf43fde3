// Leaving out what is too long.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sequenceExamples } from '../../src/data/sequences.ts'
import { withinLengths } from '../../src/data/within.ts'

const examples = sequenceExamples([3, 9, 4, 10].map((length) => new Int32Array(length).fill(length)))

test('what fits stays, in its order', () => {
  const short = withinLengths(examples, { position: 3 })
  assert.equal(short.count, 2)
  assert.equal(short.leftOut, 2)
  assert.deepEqual(
    [0, 1].map((i) => (short.row(i, 0).ids as Int32Array)[0]),
    [3, 4],
  )
  assert.deepEqual(typeof short.lengths === 'function' && short.lengths(1), { position: 3 })
})

test('what cannot be', () => {
  assert.throws(() => withinLengths(examples, { position: 1 }), {
    message: 'batches: all 4 examples are longer than position 1. Give a model with more positions, or shorter texts.',
  })
  assert.throws(() => withinLengths(examples, { source: 5 }), {
    message: 'batches: no axis "source" in (position). Limit one of these.',
  })
})

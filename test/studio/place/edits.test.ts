// Edits in a link.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { editsWord, readEdits } from '../../../src/studio/place/edits.ts'
import { hashOf, standpointOf } from '../../../src/studio/place/hash.ts'
import { home } from '../../../src/studio/place/standpoint.ts'

const edits = [
  { at: 'blocks.0.attention.mixed {head: 1}', to: 0 },
  { at: 'embedded {position: 2, model: 3}', to: { add: -0.5 } },
]

test('come back from a link as they were', () => {
  const at = { ...home, edits: editsWord(edits) }
  assert.deepEqual(readEdits(standpointOf(hashOf(at)).at.edits), edits)
  assert.equal(editsWord([]), '')
  assert.deepEqual(readEdits(''), [])
})

test('that make no sense are left out, and named', () => {
  for (const word of ['[', '{}', '[1]', '[{"at":"x"}]', '[{"at":"x","to":"y"}]', '[{"at":"x","to":0,"more":1}]']) {
    const { at, faults } = standpointOf(hashOf({ ...home, edits: word }))
    assert.equal(at.edits, '')
    assert.equal(faults.length, 1, word)
  }
})

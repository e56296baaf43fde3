// The nearest known name, and where none is near enough.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { didYouMean, nearest } from '../../src/text/spelling.ts'

test('a name that is near is meant, whatever its case', () => {
  assert.equal(nearest('sources', ['position', 'source']), 'source')
  assert.equal(nearest('GENERTE', ['train', 'generate']), 'generate')
  assert.equal(nearest('kye', ['key', 'value']), 'key')
})

test('of names that are equally near the first is meant', () => {
  assert.equal(nearest('bat', ['cat', 'hat']), 'cat')
})

test('a name that is near to nothing means nothing', () => {
  assert.equal(nearest('temperature', ['train', 'shapes']), undefined)
  assert.equal(didYouMean('temperature', ['train', 'shapes']), '')
  assert.equal(didYouMean('sorce', ['source']), ' Did you mean "source"?')
})

// Tokens as a reader can see them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { visible } from '../../src/show/visible.ts'

test('tokens are set so that they can be seen', () => {
  assert.equal(visible('a b\n'), 'a␣b⏎')
  assert.equal(visible('\t\r\u0000\u0301\u202e'), '⇥␍···')
  assert.equal(visible('é👍'), 'é👍')
})

// Where a token stands in the sentence.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textPlaceOf } from '../../../../src/studio/page/look/textPlace.ts'

test('a token has its place in the sentence, if it stands there as it is written', () => {
  const letters = [...'a cat']
  assert.deepEqual(textPlaceOf('a cat', letters, 3), { from: 3, to: 4 })
  const masked = ['[CLS]', 'a', ' ', '[MASK]', 't', '[SEP]']
  assert.deepEqual(textPlaceOf('a [MASK]t', masked, 3), { from: 2, to: 8 })
  assert.deepEqual(textPlaceOf('a [MASK]t', masked, 4), { from: 8, to: 9 })
  assert.equal(textPlaceOf('a [MASK]t', masked, 0), undefined)
  assert.equal(textPlaceOf('eating', ['eat', '##ing'], 0), undefined)
  assert.equal(textPlaceOf('a long text', [...'text'], 0), undefined)
})

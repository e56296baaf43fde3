// Two texts a line.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePairsOfTexts } from '../../src/data/comparedTexts.ts'

test('two texts a line: between tabs, under names, as JSON', () => {
  const pairs = [
    { text: 'a', second: 'b' },
    { text: 'c d', second: 'e' },
  ]
  assert.deepEqual(parsePairsOfTexts('a\tb\nc d\te\n', 'f'), pairs)
  assert.deepEqual(parsePairsOfTexts('sentence2\tid\tsentence1\nb\t0\ta\ne\t1\tc d\n', 'f'), pairs)
  assert.deepEqual(parsePairsOfTexts('{"query":"a","passage":"b"}\n\n{"text":"c d","text_pair":"e"}', 'f'), pairs)
  assert.throws(() => parsePairsOfTexts('a\tb\nc\t \n', 'f'), {
    message: 'f, line 2: one of the two texts is empty. Write it, or leave out the line.',
  })
})

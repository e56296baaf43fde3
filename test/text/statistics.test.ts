// Counts of a text: code points, lines, and how often each character occurs.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countCodePoints, textStatistics } from '../../src/text/statistics.ts'

test('a text is counted by code points, the most frequent first', () => {
  assert.deepEqual(textStatistics('aab👍\n👍👍b'), {
    characters: 8,
    lines: 2,
    counts: [
      { character: '👍', count: 3 },
      { character: 'a', count: 2 },
      { character: 'b', count: 2 },
      { character: '\n', count: 1 },
    ],
  })
})

test('a line that has no end is a line, and an empty text has none', () => {
  assert.equal(textStatistics('a\nb').lines, 2)
  assert.equal(textStatistics('a\nb\n').lines, 2)
  assert.deepEqual(textStatistics(''), { characters: 0, lines: 0, counts: [] })
})

test('code points are counted as a list of them would be long, torn pairs too', () => {
  for (const text of ['', 'a', '👍', 'a👍b👍', '\ud83d', '\ud83d\ud83d\udc4d', '\udc4d\ud83d', 'שלום'])
    assert.equal(countCodePoints(text), [...text].length, JSON.stringify(text))
})

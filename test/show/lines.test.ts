// Lines of tables and paragraphs.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tableLines, wrapped } from '../../src/show/lines.ts'

describe('lines', () => {
  test('of a table have their columns under one another', () => {
    assert.deepEqual(
      tableLines(
        [
          ['a', '1'],
          ['longer', '100'],
        ],
        ['left', 'right'],
      ),
      ['a         1', 'longer  100'],
    )
  })

  test('of a table may be more than a call takes arguments', () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => [String(i)])
    assert.equal(tableLines(rows, ['right'])[0], '     0')
  })

  test('of a paragraph are cut between words, and never within one', () => {
    assert.deepEqual(wrapped('one two three', 8, '  '), ['one two', '  three'])
    assert.deepEqual(wrapped('incomprehensibilities it is', 8), ['incomprehensibilities', 'it is'])
    assert.deepEqual(wrapped('  indented  twice', 80), ['  indented  twice'])
  })
})

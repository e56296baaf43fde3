// Lines, whatever ends them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lineAt, linesOf } from '../../src/text/lines.ts'

test('lines end with \\n or \\r\\n, and in a text without any \\n with \\r', () => {
  assert.deepEqual(linesOf('a\nb\n'), ['a', 'b'])
  assert.deepEqual(linesOf('\ufeffa\r\nb'), ['a', 'b'])
  assert.deepEqual(linesOf('a\rb\r'), ['a', 'b'])
  assert.deepEqual(linesOf('a\rb\nc\r\n'), ['a\rb', 'c'])
  assert.deepEqual(linesOf('a\u2028b\u0085c\u000bd\u000ce'), ['a\u2028b\u0085c\u000bd\u000ce'])
  assert.deepEqual(linesOf('a\n\n\nb'), ['a', '', '', 'b'])
  assert.deepEqual(linesOf(''), [])
})

test('a place is in a line', () => {
  assert.deepEqual(
    [0, 1, 2, 4, 9].map((at) => lineAt('a\nb\nc', at)),
    [1, 1, 2, 3, 3],
  )
  assert.equal(lineAt('a\rb\rc', 4), 3)
  assert.equal(lineAt('', 0), 1)
})

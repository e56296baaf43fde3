// JSON from outside: what is no JSON, and what is too deep for whoever walks through it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkDepth, parseJSON } from '../../src/text/json.ts'

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

test('is as deep as it may be', () => {
  assert.deepEqual(parseJSON('{"a": [1, {"b": null}]}', 'place'), { a: [1, { b: null }] })
  assert.equal(JSON.stringify(parseJSON(nested(128), 'place')), nested(128))
})

test('is refused where it is deeper, written or already parsed', () => {
  const message =
    'place: lists and objects stand inside one another more than 128 deep. The file may be damaged; restore it or save it again.'
  for (const depth of [129, 20_000, 1_000_000]) assert.throws(() => parseJSON(nested(depth), 'place'), { message })
  let deep: unknown = 1
  for (let i = 0; i < 20_000; i++) deep = { a: deep }
  assert.throws(() => checkDepth(deep, 'place'), { message })
})

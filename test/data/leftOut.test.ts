// Sentences about files that are left out: a few by name, the others by number.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstLeftOut, someOf, toldLeftOut } from '../../src/data/leftOut.ts'

const reasons = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}.png: it is cut.`)

test('the first eight are named, and it is said how many more there are', () => {
  assert.deepEqual(toldLeftOut([], 'pictures'), [])
  assert.deepEqual(toldLeftOut(reasons(2), 'pictures'), ['left out: 0.png: it is cut.', 'left out: 1.png: it is cut.'])
  assert.equal(toldLeftOut(reasons(8), 'pictures').length, 8)
  assert.deepEqual(toldLeftOut(reasons(9), 'pictures').slice(7), [
    'left out: 7.png: it is cut.',
    '1 more of the pictures is left out.',
  ])
  assert.equal(toldLeftOut(reasons(1008), 'recordings').at(-1), '1000 more recordings are left out.')
})

test('an error names the first of them', () => {
  assert.equal(firstLeftOut([]), '')
  assert.equal(firstLeftOut(reasons(3)), ' The first of 3 that were left out: 0.png: it is cut.')
  assert.deepEqual(
    [someOf(['a']), someOf(['a', 'b']), someOf(['a', 'b', 'c'])],
    ['a', 'a and 1 other', 'a and 2 others'],
  )
})

// A standpoint in a link.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashOf, standpointOf } from '../../../src/studio/place/hash.ts'
import { home } from '../../../src/studio/place/standpoint.ts'

test('a standpoint comes back from its link', () => {
  const at = {
    ...home,
    view: 'look',
    text: 'né & "b" #1',
    at: 'blocks.0.attention.scores {head: 1}',
    as: 'ledger',
    of: 'gradient',
    position: 3,
    from: 0,
    step: 40,
    temperature: 0,
  } as const
  assert.deepEqual(standpointOf(hashOf(at)), { at, faults: [] })
  assert.equal(hashOf(home), '#')
})

test('what a link says that makes no sense is left out, in one line', () => {
  assert.deepEqual(standpointOf('#view=cellar&step=1e3&position=2'), {
    at: { ...home, position: 2 },
    faults: [
      'link: view is "cellar", but it is none of text, train, write, look. It is left out.',
      'link: step is "1e3", but it is no whole number. It is left out.',
    ],
  })
})

test('names that no link has are named in one line', () => {
  const { at, faults } = standpointOf('#pos=3&__proto__=1&view=look&recipe=abc')
  assert.deepEqual(at, { ...home, view: 'look' })
  assert.equal(faults.length, 1)
  assert.match(faults[0], /^link: there is no "pos", no "__proto__"; a link says view, text, .*\. It is left out\.$/)
  const [many] = standpointOf('#a=1&b=1&c=1&d=1&e=1').faults
  assert.match(many, /^link: there is no "a", no "b", no "c" and 2 more; /)
})

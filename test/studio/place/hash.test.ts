// A standpoint in a link.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashOf, standpointOf } from '../../../src/studio/place/hash.ts'
import { hiddenIn, questionsIn } from '../../../src/studio/place/lesson.ts'
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

test('every fault is said in plain words, with one full stop', () => {
  const words = { edits: '[[[', asked: '[[[[', picture: '28.28.1.A' }
  assert.deepEqual(standpointOf(`#${new URLSearchParams(words)}`).faults, [
    'link: edits is "[[[", but it is no list of edits. It is left out.',
    'link: asked is "[[[[", but it is no list of words. It is left out.',
    'link: picture is "28.28.1.A", but it is no picture. It is left out.',
  ])
  assert.deepEqual(standpointOf('#picture=0.9.1.').faults, [
    'link: picture is "0.9.1.", but the picture is 0 × 9 pixels. Give one with at least one pixel. It is left out.',
  ])
})

test('names that no link has are named in one line', () => {
  const { at, faults } = standpointOf('#pos=3&__proto__=1&view=look&recipe=abc')
  assert.deepEqual(at, { ...home, view: 'look' })
  assert.equal(faults.length, 1)
  assert.match(faults[0], /^link: there is no "pos", no "__proto__"; a link says view, text, .*\. It is left out\.$/)
  const [many] = standpointOf('#a=1&b=1&c=1&d=1&e=1').faults
  assert.match(many, /^link: there is no "a", no "b", no "c" and 2 more; /)
})

test('a teacher asks, with answers or without, and puts parts of the page away', () => {
  const at = {
    ...home,
    view: 'look',
    ask: 'Which head? | 0.1\n\nWhy "b"?\n<b>x</b> | a | b',
    hide: 'text train',
  } as const
  assert.deepEqual(standpointOf(hashOf(at)), { at, faults: [] })
  assert.deepEqual(questionsIn(at.ask), [
    { question: 'Which head?', answer: '0.1' },
    { question: 'Why "b"?', answer: undefined },
    { question: '<b>x</b>', answer: 'a | b' },
  ])
  assert.deepEqual(hiddenIn(at.hide), ['text', 'train'])
})

test('what cannot be hidden is not', () => {
  const { at, faults } = standpointOf('#hide=text+look&ask=x')
  assert.deepEqual(at, { ...home, ask: 'x' })
  assert.match(faults[0], /^link: hide is "text look", but there is no part "look" to hide; there are text, train, /)
  assert.deepEqual(standpointOf('#view=train&hide=train+runs'), {
    at: { ...home, view: 'train', hide: 'runs' },
    faults: ['link: it hides train, which is the view that it shows. It is shown.'],
  })
  assert.equal(standpointOf(`#ask=${'x'.repeat(1201)}`).faults.length, 1)
})

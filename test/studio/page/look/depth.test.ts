// The way through a model: what an address is, what lies above it and beside it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressAbove, besideInFlow, crumbsOf, depthOf, siblingsOf } from '../../../../src/studio/page/look/depth.ts'
import { nameOf, Outline } from '../../../../src/studio/page/look/outline.ts'
import type { OutlineValue } from '../../../../src/studio/talk/questions.ts'

const value = (address: string, axes: Record<string, number>, kind: OutlineValue['kind'] = 'value'): OutlineValue => ({
  address,
  kind,
  axes: Object.entries(axes).map(([name, size]) => ({ name, size })),
})
const block = (i: number): OutlineValue[] => [
  value(`blocks.${i}.attention.query.weight`, { model: 8, head: 2, key: 4 }, 'weight'),
  value(`blocks.${i}.attention.query`, { position: 5, head: 2, key: 4 }),
  value(`blocks.${i}.attention.scores`, { position: 5, head: 2, source: 5 }),
  value(`blocks.${i}.output`, { position: 5, model: 8 }),
]
const outline = new Outline([
  value('ids', { position: 5 }, 'input'),
  value('embedded', { position: 5, model: 8 }),
  ...block(0),
  ...block(1),
  value('logits', { position: 5, vocab: 3 }),
])
const labels = (text: string): string =>
  crumbsOf(text, outline)
    .map(({ label }) => label)
    .join(' › ')

test('every address has its depth', () => {
  const kinds = [
    ['', 'model'],
    ['blocks.1', 'part'],
    ['blocks.1.attention', 'part'],
    ['blocks.1.attention {head: 1}', 'head'],
    ['blocks.1.attention.scores {head: 1}', 'value'],
    ['blocks.1.output {position: 2}', 'value'],
    ['blocks.1.attention.scores {head: 1, position: 4, source: 0}', 'cell'],
    ['blocks.1.attention.scores / step 1 {head: 1, position: 4, source: 0}', 'cell'],
    ['blocks.1.attention.query.weight {model: 0, head: 0, key: 0}', 'cell'],
  ]
  for (const [text, kind] of kinds) assert.equal(depthOf(text, outline).kind, kind, text)
})

test('what is not there is one clear line', () => {
  const faults: readonly (readonly [string, string])[] = [
    ['blocks.7', 'look: there is no blocks.7 in this model. Go up, or press G and give a path.'],
    [
      'blocks.1.attention {head: 2}',
      'look: blocks.1.attention {head: 2}: blocks.1.attention has the heads 0 to 1. Go up, or press G and give a path.',
    ],
    [
      'logits {position: 9}',
      'look: logits {position: 9}: "position" has the places 0 to 4. Go up, or press G and give a path.',
    ],
    [
      'logits {model: 0}',
      'look: logits {model: 0}: there is no axis "model"; there are position, vocab. Go up, or press G and give a path.',
    ],
  ]
  for (const [text, fault] of faults) assert.deepEqual(depthOf(text, outline), { kind: 'nowhere', fault })
  assert.equal(addressAbove('blocks.7', outline), '')
  assert.equal(labels('<b>'), 'model › <b>')
})

test('the way up goes by cell, value, head, part and block', () => {
  assert.equal(
    labels('blocks.1.attention.scores {head: 1, position: 4, source: 0}'),
    'model › block 1 › attention › head 1 › scores › [4, 0]',
  )
  assert.equal(
    labels('blocks.0.attention.query.weight {head: 1}'),
    'model › block 0 › attention › head 1 › query › weight',
  )
  assert.equal(labels('blocks.0.output {position: 3, model: 1}'), 'model › block 0 › output › [3, 1]')
  assert.equal(
    addressAbove('blocks.1.attention.scores / step 1 {head: 1, position: 4, source: 0}', outline),
    'blocks.1.attention.scores {head: 1, position: 4, source: 0}',
  )
  assert.equal(addressAbove('', outline), undefined)
})

test('beside an address stand others of its kind', () => {
  assert.deepEqual(siblingsOf('blocks.0', outline), ['blocks.0', 'blocks.1'])
  assert.deepEqual(siblingsOf('blocks.0.attention {head: 1}', outline), [
    'blocks.0.attention {head: 0}',
    'blocks.0.attention {head: 1}',
  ])
  assert.deepEqual(siblingsOf('blocks.0.attention.query {head: 1}', outline), [
    'blocks.0.attention.query {head: 1}',
    'blocks.0.attention.scores {head: 1}',
  ])
})

test('the flow goes from the embeddings to the logits', () => {
  const way: string[] = []
  for (let at: string | undefined = ''; at !== undefined; at = besideInFlow(at, outline, 1)) way.push(at)
  assert.deepEqual(way, [
    '',
    'embedded',
    'blocks.0.attention.query',
    'blocks.0.attention.scores',
    'blocks.0.output',
    'blocks.1.attention.query',
    'blocks.1.attention.scores',
    'blocks.1.output',
    'logits',
  ])
  assert.equal(besideInFlow('blocks.0.attention.scores {head: 1}', outline, -1), 'blocks.0.attention.query {head: 1}')
  assert.equal(besideInFlow('blocks.1.attention.query {head: 1}', outline, -1), 'blocks.0.output')
})

test('names are words', () => {
  assert.deepEqual(['', 'blocks.12', 'blocks.1.attentionNorm', 'encoder.blocks.0'].map(nameOf), [
    'model',
    'block 12',
    'attention norm',
    'block 0',
  ])
})

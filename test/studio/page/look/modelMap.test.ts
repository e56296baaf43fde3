// The small map: where everything is in the order of the data, and where the person is.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MapRow, mapOf, type Station } from '../../../../src/studio/page/look/modelMap.ts'
import { Outline } from '../../../../src/studio/page/look/outline.ts'
import type { OutlineValue } from '../../../../src/studio/talk/questions.ts'

const value = (address: string, kind: OutlineValue['kind'] = 'value'): OutlineValue => ({
  address,
  kind,
  axes: [{ name: 'position', size: 3 }],
})
const block = (path: string): OutlineValue[] =>
  ['attention.query', 'attention.output', 'middle', 'mlp.output', 'output'].map((name) => value(`${path}.${name}`))
const weights = ['embedding.token', 'blocks.0.attention.query.weight', 'blocks.0.mlp.in.weight', 'norm.scale'].map(
  (name) => value(name, 'weight'),
)
const decoder = new Outline([
  value('ids', 'input'),
  ...weights,
  value('embedded'),
  ...block('blocks.0'),
  ...block('blocks.1'),
  value('norm.output'),
  value('logits'),
])

const stationText = ({ label, isBlock, isHere, within }: Station): string =>
  `${isHere ? '*' : ''}${isBlock ? '#' : ''}${label}${within.length > 0 ? ` (${within.map(stationText).join(', ')})` : ''}`
const text = (rows: readonly MapRow[]): string[] =>
  rows.map(({ label, stations }) => `${label ?? ''}: ${stations.map(stationText).join(', ')}`)

test('all parts stand in the order of the data, though weights are known first', () => {
  assert.deepEqual(text(mapOf('', decoder)), [': ids, embedding, embedded, #0, #1, norm, logits'])
})

test('of the block where the person is, what is in it is seen', () => {
  for (const at of ['blocks.1.mlp.output', 'blocks.1.mlp.output {position: 2}'])
    assert.deepEqual(text(mapOf(at, decoder)), [
      ': ids, embedding, embedded, #0, *#1 (attention, middle, *mlp, output), norm, logits',
    ])
  assert.deepEqual(text(mapOf('logits {position: 1}', decoder)), [': ids, embedding, embedded, #0, #1, norm, *logits'])
  assert.deepEqual(text(mapOf('what? {', decoder)), text(mapOf('', decoder)))
})

test('a translator has a row for each half', () => {
  const halves = new Outline([
    value('ids', 'input'),
    value('source', 'input'),
    value('encoder.embedded'),
    ...block('encoder.blocks.0'),
    ...block('decoder.blocks.0'),
    value('logits'),
  ])
  assert.deepEqual(text(mapOf('encoder.blocks.0', halves)), [
    'encoder: source, embedded, *#0 (attention, middle, mlp, output)',
    'decoder: ids, #0',
    ': logits',
  ])
})

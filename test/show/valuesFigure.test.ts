// Values as grids: tokens along positions, one grid for each place on the other axes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valuesFigure } from '../../src/show/valuesFigure.ts'

test('a pattern has a grid for each head, whatever the order of its axes', () => {
  const axes = [
    { name: 'position', size: 3 },
    { name: 'head', size: 2 },
    { name: 'source', size: 3 },
  ]
  const data = Float32Array.from({ length: 18 }, (_, i) => i)
  const words = { position: ['a', ' ', 'b'], source: ['a', ' ', 'b'] }
  const { panels } = valuesFigure(new Map([['blocks.0.attention.pattern', { axes, data }]]), 'Read', words)
  assert.deepEqual(
    panels.map(({ title }) => title),
    ['blocks.0.attention.pattern, head 0', 'blocks.0.attention.pattern, head 1'],
  )
  const [, second] = panels
  assert.ok(second.kind === 'grid')
  assert.deepEqual(Array.from(second.values), [3, 4, 5, 9, 10, 11, 15, 16, 17])
  assert.deepEqual(second.rows, { name: 'position', labels: ['a', '␣', 'b'] })
  assert.deepEqual(second.columns, { name: 'source', labels: ['a', '␣', 'b'] })
  assert.equal(second.scale, 'share')
})

test('a vector is one row, a number one cell', () => {
  const vector = { axes: [{ name: 'vocab', size: 2 }], data: Float32Array.of(1, -2) }
  const number = { axes: [], data: Float32Array.of(3) }
  const { panels } = valuesFigure(
    new Map([
      ['logits {position: -1}', vector],
      ['x', number],
    ]),
    'Read',
    {},
  )
  assert.deepEqual(
    panels.map((panel) => panel.kind === 'grid' && Array.from(panel.values)),
    [[1, -2], [3]],
  )
})

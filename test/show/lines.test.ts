// Lines, tables, numbers and signs, as they are set.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { repeated, series, withoutBlock } from '../../src/inspect/repeats.ts'
import { flopsText, grouped, percent } from '../../src/show/amounts.ts'
import { table, wrapped } from '../../src/show/lines.ts'
import { visible } from '../../src/show/visible.ts'

describe('lines', () => {
  test('of a table have their columns under one another', () => {
    assert.deepEqual(
      table(
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
    assert.equal(table(rows, ['right'])[0], '     0')
  })

  test('of a paragraph are cut between words, and never within one', () => {
    assert.deepEqual(wrapped('one two three', 8, '  '), ['one two', '  three'])
    assert.deepEqual(wrapped('incomprehensibilities it is', 8), ['incomprehensibilities', 'it is'])
    assert.deepEqual(wrapped('  indented  twice', 80), ['  indented  twice'])
  })
})

test('numbers are set as people read them', () => {
  assert.deepEqual([0, 999, 1000, 1234567].map(grouped), ['0', '999', '1,000', '1,234,567'])
  const shares = [0, 0.0001, 0.0006, 0.124, 0.9994, 0.9999, 0.1 + 0.7 + 0.2, 1]
  const shown = ['0.0 %', '< 0.1 %', '0.1 %', '12.4 %', '99.9 %', '> 99.9 %', '100.0 %', '100.0 %']
  assert.deepEqual(shares.map(percent), shown)
  assert.deepEqual([12, 1500, 25.2e6, 101e6, 2.03e9].map(flopsText), [
    '12.0 FLOP',
    '1.50 kFLOP',
    '25.2 MFLOP',
    '101 MFLOP',
    '2.03 GFLOP',
  ])
})

test('tokens are set so that they can be seen', () => {
  assert.equal(visible('a b\n'), 'a␣b⏎')
  assert.equal(visible('\t\r\u0000\u0301\u202e'), '⇥␍···')
  assert.equal(visible('é👍'), 'é👍')
})

describe('blocks that repeat', () => {
  const items = ['embedding', 'blocks.0.a', 'blocks.0.b', 'blocks.1.a', 'blocks.1.b', 'blocks.2.a', 'norm']
  const same = (item: string): string => item

  test('are found and put together', () => {
    assert.deepEqual(repeated(items, same, same), [
      { blocks: [], items: ['embedding'] },
      { blocks: ['blocks.0', 'blocks.1'], items: ['blocks.0.a', 'blocks.0.b'] },
      { blocks: ['blocks.2'], items: ['blocks.2.a'] },
      { blocks: [], items: ['norm'] },
    ])
  })

  test('keep apart what only looks alike', () => {
    assert.deepEqual(
      repeated(['blocks.1.a', 'blocks.11.a'], same, (item) => `${item} of blocks.1.b`).map(({ blocks }) => blocks),
      [['blocks.1'], ['blocks.11']],
    )
    assert.equal(withoutBlock('blocks.1.a · blocks.11.b', 'blocks.1'), 'a · blocks.11.b')
  })

  test('are named as a series', () => {
    assert.equal(series(['blocks.0']), 'blocks.0')
    assert.equal(series(['blocks.0', 'blocks.1']), 'blocks.0 and blocks.1')
    assert.equal(series(['blocks.0', 'blocks.1', 'blocks.2']), 'blocks.0 to blocks.2')
  })
})

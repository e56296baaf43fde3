// Blocks that are alike, put together.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { repeated, series, withoutBlock } from '../../../src/inspect/shapes/repeats.ts'

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

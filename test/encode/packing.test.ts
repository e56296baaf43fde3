// Packing texts into rows: every text once, no row too long, little left empty.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { packRows } from '../../src/encode/packing.ts'

describe('packing', () => {
  test('puts the longest first, each into the first row with room', () => {
    const rows = packRows([3, 7, 5, 2, 4], { room: 10, most: 10 })
    assert.deepEqual(
      rows.map(({ length, texts }) => [length, texts.map(({ text, begin, end }) => [text, begin, end])]),
      [
        [
          10,
          [
            [1, 0, 7],
            [0, 7, 10],
          ],
        ],
        [
          9,
          [
            [2, 0, 5],
            [4, 5, 9],
          ],
        ],
        [2, [[3, 0, 2]]],
      ],
    )
  })

  test('puts every text into one row, and leaves little empty', () => {
    const lengths = Array.from({ length: 500 }, (_, i) => 3 + ((i * 7919) % 40))
    const rows = packRows(lengths, { room: 256, most: 64 })
    const packed = rows.flatMap(({ texts }) => texts)
    assert.deepEqual(
      packed.map(({ text }) => text).sort((a, b) => a - b),
      lengths.map((_, i) => i),
    )
    for (const { text, begin, end } of packed) assert.equal(end - begin, lengths[text])
    for (const { length, texts } of rows) {
      assert.ok(length <= 256)
      texts.reduce((at, { begin, end }) => {
        assert.equal(begin, at)
        return end
      }, 0)
    }
    const total = lengths.reduce((sum, length) => sum + length, 0)
    assert.ok(rows.length <= Math.ceil(total / 256) + 1, `${rows.length} rows for ${total} tokens`)
  })

  test('keeps to the number of texts that a row may have', () => {
    const rows = packRows(new Array(9).fill(1), { room: 100, most: 4 })
    assert.deepEqual(
      rows.map(({ texts }) => texts.length),
      [4, 4, 1],
    )
  })

  test('of a text that fits no row is an error', () => {
    assert.throws(() => packRows([3, 12], { room: 10, most: 4 }), {
      message: 'packing: text 1 has 12 tokens, but a row has room for 10. Cut it.',
    })
  })
})

// Rows that change places: every one becomes what it is to, whatever the order.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { rowCopies, spare } from '../../src/engine/rowCopies.ts'
import { uniform } from '../../src/tensor/random.ts'

/** The rows after the copies, each called by what it was. */
function after(parents: readonly number[]): { rows: number[]; copies: number } {
  const rows = [...parents.keys()]
  let kept = -1
  const copies = rowCopies(parents)
  for (const { from, to } of copies)
    if (to === spare) kept = rows[from]
    else rows[to] = from === spare ? kept : rows[from]
  return { rows, copies: copies.length }
}

describe('copies of rows', () => {
  test('make every row what its parent was', () => {
    for (let seed = 0; seed < 200; seed++) {
      const count = 1 + (seed % 7)
      const parents = Array.from({ length: count }, (_, i) => Math.floor(uniform(7, seed, i) * count))
      assert.deepEqual(after(parents).rows, parents, `${parents}`)
    }
  })

  test('are as few as possible', () => {
    assert.equal(after([0, 1, 2, 3]).copies, 0)
    assert.equal(after([0, 0, 2, 1]).copies, 2)
    assert.equal(after([1, 2, 0, 3]).copies, 4)
    assert.deepEqual(after([1, 0, 3, 2]), { rows: [1, 0, 3, 2], copies: 6 })
  })
})

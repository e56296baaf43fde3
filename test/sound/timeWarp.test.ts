import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeWarp, warpedDistance } from '../../src/sound/timeWarp.ts'

/** The cheapest way, found by going all of them. */
function leastOf(costs: readonly number[], columns: number, row = 0, column = 0): number {
  const rows = costs.length / columns
  const here = costs[row * columns + column]
  if (row === rows - 1 && column === columns - 1) return here
  const on = [
    [row + 1, column],
    [row, column + 1],
    [row + 1, column + 1],
  ].filter(([r, c]) => r < rows && c < columns)
  return here + Math.min(...on.map(([r, c]) => leastOf(costs, columns, r, c)))
}

test('the way through a table of costs is the cheapest of all, and its cells cost what it says', () => {
  for (const [rows, columns] of [
    [1, 1],
    [1, 5],
    [4, 1],
    [5, 4],
    [4, 6],
  ]) {
    const costs = Array.from({ length: rows * columns }, (_, i) => (i * 7919 + 13) % 31)
    const warp = timeWarp(costs, columns)
    assert.equal(warp.cost, leastOf(costs, columns))
    const along = Array.from(warp.rows, (row, i) => costs[row * columns + warp.columns[i]])
    assert.equal(
      along.reduce((sum, cost) => sum + cost, 0),
      warp.cost,
    )
    assert.deepEqual([warp.rows[0], warp.columns[0]], [0, 0])
    assert.deepEqual([warp.rows.at(-1), warp.columns.at(-1)], [rows - 1, columns - 1])
  }
})

test('of ways that cost the same, the one to the right is taken', () => {
  const { rows, columns } = timeWarp([0, 0, 0, 0, 0, 0], 3)
  assert.deepEqual(Array.from(rows), [0, 1, 1, 1])
  assert.deepEqual(Array.from(columns), [0, 0, 1, 2])
})

test('costs that are no table are refused', () => {
  assert.throws(() => timeWarp([1, 2, 3], 2), {
    message: 'timeWarp: 3 costs are no table of 2 columns. Give one with a row at least.',
  })
})

test('the same frames spoken more slowly are nearer than others spoken as fast', () => {
  const frames = (...rows: number[]) => ({
    frames: rows.length,
    mels: 2,
    data: Float32Array.from(rows.flatMap((x) => [x, -x])),
  })
  const said = frames(0, 1, 2, 1)
  assert.equal(warpedDistance(said, frames(0, 0, 1, 1, 2, 1)), 0)
  assert.equal(warpedDistance(said, frames(0, 1, 2, 3)), (2 * 2 ** 2) / 8)
  assert.throws(() => warpedDistance(said, { ...said, mels: 1 }), {
    message: 'timeWarp: frames of 2 and of 1 mels cannot be compared. Make both alike.',
  })
})

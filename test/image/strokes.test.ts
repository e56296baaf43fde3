// Strokes as pixels: the ink of a line is known by its distance, and what is centred lies as MNIST's digits do.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { centredStrokes, inkOf, type Stroke } from '../../src/image/strokes.ts'

const size = { width: 8, height: 8 }
const mnist = { width: 28, height: 28 }

/** The rows and columns with ink, and the centre of it. */
function extentOf(ink: Float64Array, width: number) {
  const inked = [...ink.entries()].filter(([, own]) => own > 0)
  const rows = inked.map(([i]) => Math.floor(i / width))
  const columns = inked.map(([i]) => i % width)
  const mass = inked.reduce((sum, [, own]) => sum + own, 0)
  const centre = (places: readonly number[]): number =>
    inked.reduce((sum, [, own], k) => sum + own * (places[k] + 0.5), 0) / mass
  return {
    width: Math.max(...columns) - Math.min(...columns) + 1,
    height: Math.max(...rows) - Math.min(...rows) + 1,
    centre: [centre(columns), centre(rows)],
  }
}

describe('ink', () => {
  test('a level line covers its rows by how near they are', () => {
    const line: Stroke = [
      { x: 0, y: 4 / 8 },
      { x: 1, y: 4 / 8 },
    ]
    const ink = inkOf([line], size, 2)
    // Rows 3 and 4 have their middles half a pixel from the line: 1 + 1/2 − 1/2; their neighbours 1 + 1/2 − 3/2.
    for (const [row, expected] of [0, 0, 0, 1, 1, 0, 0, 0].entries())
      for (let column = 0; column < 8; column++) assert.equal(ink[8 * row + column], expected)
    const thin = inkOf([line], size, 1)
    assert.deepEqual([...thin.subarray(24, 32)], Array(8).fill(0.5))
  })
  test('one point is a dot; where lines cross there is no more ink than one has', () => {
    const dot = inkOf([[{ x: 0.5, y: 0.5 }]], { width: 3, height: 3 }, 1)
    assert.deepEqual([...dot], [0, 0, 0, 0, 1, 0, 0, 0, 0])
    const cross = inkOf(
      [
        [
          { x: 0, y: 0.5 },
          { x: 1, y: 0.5 },
        ],
        [
          { x: 0.5, y: 0 },
          { x: 0.5, y: 1 },
        ],
      ],
      size,
      4,
    )
    assert.equal(Math.max(...cross), 1)
  })
  test('what lies beyond the edges is cut off', () => {
    const ink = inkOf(
      [
        [
          { x: -1, y: 0.5 },
          { x: 2, y: 0.5 },
        ],
      ],
      size,
      1,
    )
    assert.ok(ink.every((own) => own >= 0 && own <= 1))
  })
})

describe('as MNIST', () => {
  for (const [name, stroke] of Object.entries({
    'a small one in a corner': [
      { x: 0.8, y: 0.1 },
      { x: 0.95, y: 0.2 },
      { x: 0.85, y: 0.4 },
    ],
    'a wide one': [
      { x: 0.02, y: 0.5 },
      { x: 0.98, y: 0.6 },
      { x: 0.9, y: 0.65 },
    ],
  } satisfies Record<string, Stroke>))
    test(name, () => {
      const { width, height, centre } = extentOf(inkOf(centredStrokes([stroke], mnist, 2), mnist, 2), 28)
      assert.ok(Math.abs(Math.max(width, height) - 20) <= 2, `${width} × ${height}`)
      for (const each of centre) assert.ok(Math.abs(each - 14) < 0.2, `${centre}`)
    })
  test('its proportions stay, and nothing gives nothing', () => {
    const [moved] = centredStrokes(
      [
        [
          { x: 0.1, y: 0.1 },
          { x: 0.2, y: 0.1 },
          { x: 0.2, y: 0.4 },
        ],
      ],
      mnist,
      2,
    )
    const [a, b, c] = moved
    assert.ok(Math.abs((c.y - b.y) / (b.x - a.x) - 3) < 1e-9)
    assert.deepEqual(centredStrokes([], mnist, 2), [])
  })
})

// Frequencies: waves that are put into vectors are found, each with its share, and all shares make a whole.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { frequencyShares } from '../../../src/inspect/embeddings/frequencies.ts'

/** A row for each number modulo `count`, of columns that are functions of its angle. */
function circle(count: number, columns: readonly ((angle: number) => number)[]) {
  const angles = Array.from({ length: count }, (_, a) => (2 * Math.PI * a) / count)
  const data = Float32Array.from(angles.flatMap((angle) => columns.map((column) => column(angle))))
  return { count, width: columns.length, data }
}

describe('the frequencies of vectors', () => {
  test('are those that were put in', () => {
    const vectors = circle(13, [
      (x) => 3 * Math.cos(2 * x),
      (x) => 3 * Math.sin(2 * x),
      (x) => 4 * Math.cos(5 * x + 1),
      () => 1,
    ])
    const shares = frequencyShares({ vectors })
    assert.deepEqual(
      shares.map(({ frequency }) => frequency),
      [0, 1, 2, 3, 4, 5, 6],
    )
    // Mean squares: 1 of the constant, 9 of both columns of frequency 2 together, 8 of that of frequency 5.
    const expected = [1 / 18, 0, 9 / 18, 0, 0, 8 / 18, 0]
    for (const [k, { share }] of shares.entries()) assert.ok(Math.abs(share - expected[k]) < 1e-7, `${k}: ${share}`)
  })

  test('of an even count end with the wave that alternates', () => {
    const shares = frequencyShares({ vectors: circle(8, [(x) => Math.cos(4 * x), (x) => Math.cos(x)]) })
    // (−1)^a has mean square 1, cos 1/2.
    assert.ok(Math.abs(shares[4].share - 2 / 3) < 1e-7 && Math.abs(shares[1].share - 1 / 3) < 1e-7)
  })

  test('leave tokens behind the count out', () => {
    const { data, ...sizes } = circle(9, [(x) => Math.cos(3 * x)])
    const longer = { ...sizes, count: 11, data: Float32Array.of(...data, 100, -100) }
    assert.deepEqual(frequencyShares({ vectors: longer, count: 9 }), frequencyShares({ vectors: { ...sizes, data } }))
  })

  test('need numbers on a circle, and vectors that are not all zeros', () => {
    const vectors = circle(5, [Math.cos])
    for (const count of [1, 6, 2.5])
      assert.throws(() => frequencyShares({ vectors, count }), {
        message: `vectors: ${count} is no count of numbers on a circle. Give from 2 to 5, as many as there are vectors.`,
      })
    assert.throws(() => frequencyShares({ vectors: { ...vectors, data: new Float32Array(5) } }), {
      message: 'vectors: the first 5 are all zeros, so no frequency has a share in them.',
    })
  })
})

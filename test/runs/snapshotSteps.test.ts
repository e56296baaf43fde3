// The steps whose weights are kept: as many as fit, the first and the last among them, and evenly spread as a logarithm sees it.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SnapshotSteps } from '../../src/runs/snapshotSteps.ts'

function keptAfter(steps: number, bytes: number, budget = 64e6): { kept: readonly number[]; most: number } {
  const chosen = new SnapshotSteps({ bytes, budget })
  let most = 0
  for (let step = 0; step <= steps; step++) {
    if (!chosen.isDue(step)) continue
    chosen.keep(step)
    most = Math.max(most, chosen.steps.length)
  }
  return { kept: chosen.steps, most }
}

describe('the steps whose weights are kept', () => {
  for (const [steps, bytes] of [
    [2000, 0.84e6],
    [3000, 10.8e6],
    [100_000, 3.2e6],
    [10, 1e3],
  ])
    test(`of ${steps}, ${bytes} bytes each`, () => {
      const { kept, most } = keptAfter(steps, bytes)
      assert.ok(most * bytes <= 64e6 && most <= 64)
      assert.equal(kept[0], 0)
      assert.ok((kept.at(-1) ?? 0) >= steps / 1.13)
      assert.deepEqual(
        kept,
        kept.toSorted((a, b) => a - b),
      )
      // No gap is much wider than an even spread would have.
      const gaps = kept.slice(1).map((step, i) => Math.log((step + 1) / (kept[i] + 1)))
      const even = Math.max(Math.log(steps + 1) / (kept.length - 1), Math.log(2))
      assert.ok(Math.max(...gaps) <= 2.5 * even, `${kept}`)
    })

  test('none, where not one fits', () => {
    assert.deepEqual(keptAfter(100, 65e6).kept, [])
  })

  test('go on from those that are kept already', () => {
    const chosen = new SnapshotSteps({ bytes: 1, budget: 4 }, [0, 10, 100, 50])
    assert.deepEqual(chosen.steps, [0, 10, 50, 100])
    assert.equal(chosen.isDue(101), false)
    assert.deepEqual(chosen.keep(120), [100])
    assert.deepEqual(chosen.steps, [0, 10, 50, 120])
  })
})

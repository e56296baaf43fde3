// Names on the curve: they stand apart from one another, and no level crosses them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { heightsBetween } from '../../../../src/studio/page/train/curvePaint.ts'

test('names of milestones stand below one another, between the levels', () => {
  const line = 13
  assert.deepEqual(heightsBetween([], { top: 32, line, count: 3 }), [32, 45, 58])
  for (const levels of [[40], [28], [32, 47], [30, 36, 42, 48, 54]]) {
    const heights = heightsBetween(levels, { top: 32, line, count: 4 })
    assert.equal(heights.length, 4)
    for (const [i, y] of heights.entries()) {
      if (i > 0) assert.ok(y - heights[i - 1] >= line - 1e-9)
      for (const level of levels)
        assert.ok(Math.abs(level - (y - line / 3)) >= line / 2 - 1e-9, `${y} is crossed at ${level}`)
    }
  }
})

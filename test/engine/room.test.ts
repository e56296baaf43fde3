// Room: powers of two from a least to a most, and no more than that.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roomFor } from '../../src/engine/room.ts'

test('doubles from the least up to the most', () => {
  assert.deepEqual(
    [1, 16, 17, 60, 100].map((needed) => roomFor(needed, 16, 100)),
    [16, 16, 32, 64, 100],
  )
  assert.equal(roomFor(2, 16, 3), 3)
})

test('ends where there is none', () => {
  assert.throws(() => roomFor(4, 16, 3), { message: 'room: 4 do not fit where there is room for 3 at most.' })
})

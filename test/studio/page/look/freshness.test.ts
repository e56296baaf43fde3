// How often that which is seen is read anew while a training goes on.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Freshness } from '../../../../src/studio/page/look/freshness.ts'

test('cheap looks come more than twice a second, dear ones so seldom that they take a tenth of the time', () => {
  const freshness = new Freshness()
  assert.equal(freshness.wait(1000, 50), 0, 'the first is read at once')
  freshness.read(1000, 50)
  assert.equal(freshness.wait(1000, 50), 400)
  assert.equal(freshness.wait(1450, 55), 0)
  freshness.read(1450, 55)
  // The last look took 300 ms: it is followed by another after 3 s.
  assert.equal(freshness.wait(1900, 355), 1450 + 3000 - 1900)
  assert.equal(freshness.wait(4450, 355), 0)
  freshness.read(4450, 355)
  // Of another run nothing has been looked at.
  assert.equal(freshness.wait(4850, 0), 0)
})

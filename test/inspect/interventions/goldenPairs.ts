// The golden model over its two texts, as TransformerLens was asked about them.

import assert from 'node:assert/strict'
import { reference } from '../../../src/engine/reference.ts'
import { goldenCorrupt, goldenIds, goldenModel } from '../golden.ts'

export const metric = { token: 7, against: 2 }
export const pairs = [{ clean: { ids: goldenIds }, corrupt: { ids: goldenCorrupt } }]

export function golden() {
  const engine = reference()
  return { engine, model: goldenModel(engine), pairs, metric }
}

export function near(found: readonly number[], wanted: readonly number[], within = 1e-5): void {
  assert.equal(found.length, wanted.length)
  for (const [i, each] of found.entries())
    assert.ok(Math.abs(each - wanted[i]) < within, `${i}: ${each}, not ${wanted[i]}`)
}

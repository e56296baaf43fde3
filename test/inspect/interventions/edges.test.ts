// Edges against numbers of TransformerLens in double precision, and against what must be so in any model.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { patchEdges } from '../../../src/inspect/interventions/patchEdges.ts'
import { goldenCorrupt, goldenIds, goldenModel } from '../golden.ts'

const metric = { token: 7, against: 2 }
const pairs = [{ clean: { ids: goldenIds }, corrupt: { ids: goldenCorrupt } }]

function golden() {
  const engine = reference()
  return { engine, model: goldenModel(engine), pairs, metric }
}

function near(found: readonly number[], wanted: readonly number[], within = 1e-5): void {
  assert.equal(found.length, wanted.length)
  for (const [i, each] of found.entries())
    assert.ok(Math.abs(each - wanted[i]) < within, `${i}: ${each}, not ${wanted[i]}`)
}

test('edges from heads to heads, by queries, keys and values, and to the logits are as in TransformerLens', async () => {
  const { rows } = await patchEdges({
    ...golden(),
    from: ['blocks.0.attention.mixed'],
    to: ['blocks.1.attention.query', 'blocks.1.attention.key', 'blocks.1.attention.value', 'logits'],
  })
  const from = (head: number) => rows.filter((row) => row.from.head === head).map(({ normalised }) => normalised)
  near(from(0), [0.112001, 0.235334, 0.011033, -0.009799, -0.023527, -0.170849, 0.304045])
  near(from(1), [0.086409, 0.060958, -0.025337, -0.059661, -0.007494, 0.005958, 0.025649])
})

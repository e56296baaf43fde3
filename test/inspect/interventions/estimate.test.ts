// Estimates by the gradient against those of TransformerLens, and against differences.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Edit } from '../../../src/edit/edit.ts'
import type { Values } from '../../../src/engine/engine.ts'
import { estimatePatches } from '../../../src/inspect/interventions/estimate.ts'
import { read } from '../../../src/inspect/read.ts'
import { goldenCorrupt, goldenIds } from '../golden.ts'
import { golden, metric } from './goldenPairs.ts'

test('heads are estimated as in TransformerLens, two heads of one block by one value', async () => {
  const at = [0, 1].flatMap((layer) =>
    [0, 1].map((head) => ({ path: `blocks.${layer}.attention.mixed`, at: { head } })),
  )
  const rows = await estimatePatches({ ...golden(), at })
  const way = 1.19173 - 1.432729
  for (const [i, wanted] of [-0.039317, -0.526984, 0.477091, 0.143117].entries()) {
    const { layer, head, part, estimate } = rows[i]
    assert.deepEqual([layer, head, part], [i >> 1, i % 2, 'attention'])
    assert.ok(Math.abs(estimate / way - wanted) < 1e-5, `${i}: ${estimate / way}, not ${wanted}`)
  }
})

test('an estimate is how the metric begins to change on the way from one value to the other, within attention too', async () => {
  const { model, engine, pairs } = golden()
  const at = ['blocks.1.attention.pattern {head: 1}', 'blocks.0.attention.value', 'blocks.1.output {position: -1}']
  const found = await estimatePatches({ model, engine, metric, at, pairs })
  const seen = async (ids: readonly number[], edits: readonly Edit[] = []): Promise<Map<string, Values>> =>
    read({ model, engine, inputs: { ids }, addresses: [...at, 'logits {position: -1}'], edits })
  const metricOf = (values: Map<string, Values>): number => {
    const { data } = values.get('logits {position: -1}') as Values
    return data[7] - data[2]
  }
  const [clean, corrupt] = [await seen(goldenIds), await seen(goldenCorrupt)]
  const little = 1e-3
  for (const { address, estimate } of found) {
    const [there, here] = [clean, corrupt].map((values) => values.get(address) as Values)
    const add = (size: number): Edit => ({
      at: address,
      to: { add: { axes: here.axes, data: here.data.map((each, i) => size * (there.data[i] - each)) } },
    })
    const [up, down] = [little, -little].map(async (size) => metricOf(await seen(goldenCorrupt, [add(size)])))
    const slope = ((await up) - (await down)) / (2 * little)
    assert.ok(Math.abs(slope - estimate) < 1e-4, `${address}: ${estimate}, not ${slope}`)
  }
})

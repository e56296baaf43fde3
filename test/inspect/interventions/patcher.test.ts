// Patches in stages, each from where it is, against the same patches in one program that computes everything, and against edits.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { type Engine, type Graph, nodesOf } from '../../../src/engine/engine.ts'
import { metricOfPairs } from '../../../src/inspect/interventions/metric.ts'
import { Patcher } from '../../../src/inspect/interventions/patcher.ts'
import { read } from '../../../src/inspect/read.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import type { Address } from '../../../src/tensor/address.ts'
import { goldenCorrupt, goldenIds, goldenModel } from '../golden.ts'
import { fill } from '../stream/models.ts'

const metric = metricOfPairs({ metric: { token: 7, against: 2 }, pairs: [] }, 'patch')

/** An engine that keeps the graphs that it is given. */
async function watched(): Promise<{ engine: Engine; graphs: Graph[] }> {
  const engine = await cpu({ threads: 1 })
  const graphs: Graph[] = []
  const compile = engine.compile.bind(engine)
  engine.compile = (graph) => {
    graphs.push(graph)
    return compile(graph)
  }
  return { engine, graphs }
}

const products = (graph: Graph): number => nodesOf(graph).filter(({ operation }) => operation.kind === 'dot').length

test('a patch begins where it is, and finds what it finds when everything is computed', async () => {
  const { engine, graphs } = await watched()
  const model = goldenModel(engine)
  const patches: readonly Address[] = [
    ...[8, 9, 10].map((position) => ({ path: 'embedded', at: { position } })),
    ...[0, 1].flatMap((layer) => [0, 1].map((head) => ({ path: `blocks.${layer}.attention.mixed`, at: { head } }))),
    { path: 'blocks.1.attention.pattern', at: { head: 0 } },
    { path: 'blocks.1.mlp.output' },
  ]
  const edits = [{ at: 'blocks.0.mlp.output {position: 3}', to: { scale: 0.5 } }]
  const settings = { model, engine, edits, sizes: { position: 11 }, patches, rows: 3 }
  const found: number[][] = []
  for (const making of [0, 1e30]) {
    graphs.length = 0
    const patcher = await Patcher.of({ ...settings, making, metric: (names) => metric.of(names) })
    const { values } = await patcher.look({ ids: goldenIds })
    found.push(await patcher.run({ ids: goldenCorrupt }, values, [...patches, undefined]))
    await patcher.close()
    const [base, ...stages] = graphs.map(products)
    if (making === 0) {
      assert.equal(stages.length, 5)
      assert.deepEqual(
        stages,
        stages.toSorted((a, b) => b - a),
        'each stage computes less',
      )
      assert.ok(stages[0] <= base && stages[4] < 3, `${stages} products, ${base} in the model`)
    } else assert.equal(stages.length, 1)
  }
  const [staged, whole] = found
  for (const [i, each] of staged.entries())
    assert.ok(Math.abs(each - whole[i]) <= 1e-6 * Math.abs(whole[i]), `${i}: ${each}, not ${whole[i]}`)
  for (const [i, address] of patches.entries()) {
    const other = await read({ model, engine, edits, inputs: { ids: goldenIds }, addresses: [address] })
    const [value] = other.values()
    const seen = await read({
      ...{ model, engine, inputs: { ids: goldenCorrupt }, addresses: ['logits {position: -1}'] },
      edits: [...edits, { at: address, to: value }],
    })
    const { data } = [...seen.values()][0]
    assert.ok(Math.abs(data[7] - data[2] - staged[i]) < 2e-6, `${address.path}: ${staged[i]}, not ${data[7] - data[2]}`)
  }
})

test('what an encoder says is computed once for all patches of the decoder', async () => {
  const { engine, graphs } = await watched()
  const half = { layer: 1, head: 2, hidden: 20 }
  const model = new EncoderDecoder({ vocab: 11, context: 8, model: 16, encoder: half, decoder: half })
  fill(engine, model)
  const patches = [0, 1].map((head) => ({ path: 'decoder.blocks.0.attention.mixed', at: { head } }))
  const patcher = await Patcher.of({
    ...{ model, engine, patches, rows: 2, sizes: { position: 3, source: 5 } },
    metric: (names) => metric.of(names),
  })
  const inputs = { ids: [1, 2, 3], source: [4, 5, 6, 7, 8] }
  const { metric: plain, values } = await patcher.look(inputs)
  const found = await patcher.run(inputs, values, patches)
  for (const each of found) assert.ok(Math.abs(each - plain) < 1e-5, `${each}, not ${plain}`)
  const read = nodesOf(graphs[1]).flatMap(({ operation }) => (operation.kind === 'input' ? operation.name : []))
  assert.ok(read.includes('chosen at decoder.blocks.0.attention.mixed') && !read.includes('source'), read.join())
  await patcher.close()
})

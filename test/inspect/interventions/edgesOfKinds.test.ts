// Edges in models of other layouts: shared heads and RoPE, attention only, parallel blocks; patches in models of both sides and of two
// halves; on an engine with kernels.

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { attributeEdges } from '../../../src/inspect/interventions/attributeEdges.ts'
import { faithfulness } from '../../../src/inspect/interventions/faithfulness.ts'
import { patch } from '../../../src/inspect/interventions/patch.ts'
import { patchEdges } from '../../../src/inspect/interventions/patchEdges.ts'
import { patchPaths } from '../../../src/inspect/interventions/patchPaths.ts'
import { attentionOnly, bert, type Case, fill, llama, parallel, preNormCross, translator } from '../stream/models.ts'

const engine = await cpu({ threads: 1 })
after(() => engine.close())

const asked = ({ model, inputs: { ids, ...more } }: Case) => {
  fill(engine, model)
  return {
    ...{ engine, model, metric: { token: 5, against: 8 } },
    pairs: [{ clean: { ids, ...more }, corrupt: { ids: ids.with(2, 7), ...more } }],
  }
}

function near(found: readonly number[], wanted: readonly number[], within: number): void {
  const most = Math.max(...wanted.map(Math.abs))
  for (const [i, each] of found.entries())
    assert.ok(Math.abs(each - wanted[i]) < within * most, `${i}: ${each}, not ${wanted[i]}`)
}

for (const [make, readers] of [
  [llama, ['query', 4, 'key', 2, 'value', 2]],
  [attentionOnly, ['query', 3, 'key', 3, 'value', 3]],
  [parallel, ['query', 3, 'key', 3, 'value', 3]],
] as const)
  test(`${make().name}: a writer's edges add up to its own score; all edges make the model, none the other text`, async () => {
    const settings = asked(make())
    const { rows, writers } = await attributeEdges(settings)
    near(
      writers.map(({ edges }) => edges),
      writers.map(({ score }) => score),
      1e-4,
    )
    const circuits = await faithfulness({ ...settings, circuits: [rows, []] })
    near(
      circuits.rows.map(({ normalised }) => normalised),
      [1, 0],
      1e-4,
    )
    const from = 'embedding.token'
    const heads = await patchEdges({ ...settings, from: [from], to: ['blocks.1.attention.*'] })
    const counts = ['query', 'key', 'value'].flatMap((reads) => [
      reads,
      heads.rows.filter(({ to }) => to.reads === reads).length,
    ])
    assert.deepEqual(counts, readers)
  })

test('models whose stream is no sum, and those of two streams, are refused in a line', async () => {
  await assert.rejects(patchEdges(asked(bert())), {
    message:
      'edges: the stream is no sum from the embeddings on: a norm stands in it, bert.blocks.0.attentionNorm.output (post-norm), so that no head reaches a later reader by itself. Patch values instead of edges.',
  })
  const edits = [{ at: 'blocks.0.output', to: { scale: 2 } }]
  await assert.rejects(attributeEdges({ ...asked(llama()), edits }), {
    message:
      'edges: what embedding.token writes is changed in the stream, before some of its readers and behind others. Leave out what changes the stream, or patch values instead of edges.',
  })
  await assert.rejects(patchEdges(asked(preNormCross())), {
    message:
      'edges: the decoder looks at the stream of an encoder, so that there is no one stream whose edges these would be. Patch values instead.',
  })
})

test('a model that fills in is patched at its mask, a translator in its source: the whole stream is the other text', async () => {
  const { metric, ...filler } = asked(bert())
  const both = await patch({ ...filler, metric: { ...metric, position: 4 }, at: ['bert.blocks.*.output'] })
  const { model, engine, pairs } = asked(translator())
  const sources = [
    [2, 7, 1, 8],
    [2, 7, 5, 8],
  ]
  const [clean, corrupt] = sources.map((source) => ({ ...pairs[0].clean, source }))
  const settings = { model, engine, metric, pairs: [{ clean, corrupt }] }
  const halves = await patch({ ...settings, at: ['encoder.blocks.0.output', 'decoder.blocks.1.output'] })
  near(
    [...both.rows, ...halves.rows].map(({ normalised }) => normalised),
    [1, 1, 1, 1],
    1e-3,
  )
  assert.deepEqual(
    halves.rows.map(({ half, layer, part }) => [half, layer, part]),
    [
      ['encoder', 0, 'output'],
      ['decoder', 1, 'output'],
    ],
  )
  const { rows } = await patchPaths({ ...settings, receivers: ['decoder.blocks.*.cross.value'], areMlpsFrozen: true })
  assert.deepEqual([rows[0].half, rows.length], ['encoder', 3 * (1 + 2 + 2)])
})

// Edges against numbers of TransformerLens in double precision, and against what must be so in any model.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeEdges } from '../../../src/inspect/interventions/attributeEdges.ts'
import { type CircuitEdge, faithfulness } from '../../../src/inspect/interventions/faithfulness.ts'
import { patch } from '../../../src/inspect/interventions/patch.ts'
import { patchEdges } from '../../../src/inspect/interventions/patchEdges.ts'
import { patchPaths } from '../../../src/inspect/interventions/patchPaths.ts'
import type { EdgeEnd } from '../../../src/inspect/interventions/streamEdges.ts'
import { read } from '../../../src/inspect/read.ts'
import { attributeLogit } from '../../../src/inspect/stream/attribution.ts'
import { goldenCorrupt, goldenIds } from '../golden.ts'
import { golden, metric, near, pairs } from './goldenPairs.ts'

/** Attribution calls a head's part by what its attention adds, edges by what it mixes. */
const keyOf = ({ part, layer, head }: Pick<EdgeEnd, 'part' | 'layer' | 'head'>) => `${part} ${layer} ${head}`

const edgeOf = ({ from, to }: CircuitEdge) => `${from.address} ${to.address}`

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

test('a head’s edge to the logits, with the scale of the last norm held, is the change of what it adds to the logits', async () => {
  const { engine, model } = golden()
  const { rows } = await patchEdges({ ...golden(), engine, model, to: ['logits'], isScaleHeld: true })
  const added = await Promise.all(
    [goldenIds, goldenCorrupt].map((ids) => attributeLogit({ engine, model, inputs: { ids }, ...metric })),
  )
  const [clean, corrupt] = added.map(
    ({ rows, factor = 1 }) => new Map(rows.map((row) => [keyOf(row), row.logit / factor])),
  )
  const scale = added[1].factor ?? Number.NaN
  assert.equal(rows.length, 7)
  near(
    rows.map(({ effect }) => effect),
    rows.map(({ from }) => scale * ((clean.get(keyOf(from)) ?? Number.NaN) - (corrupt.get(keyOf(from)) ?? Number.NaN))),
  )
})

test('the scores of a writer’s edges add up to its own, which is the estimate of a patch', async () => {
  const { rows: patches } = await patch({
    ...golden(),
    at: ['blocks.0.attention.mixed {head: 0}', 'blocks.1.mlp.output'],
    hasEstimate: true,
  })
  const { writers, rows, clean, corrupt } = await attributeEdges(golden())
  near([clean, corrupt], [1.19173, 1.432729])
  assert.equal(rows.length, 6 * 1 + 3 + 6 * 4 + 6 + 7)
  near(
    writers.map(({ edges }) => edges),
    writers.map(({ score }) => score),
  )
  near(
    patches.map(({ estimate = Number.NaN }) => estimate),
    patches.map(({ address }) => writers.find((writer) => writer.address === address)?.score ?? Number.NaN),
  )
})

test('the nearer the texts, the nearer are the scores to what patched edges do', async () => {
  const { engine, model } = golden()
  const table = model.embedding.token
  const rows = [...(await engine.get(table))]
  const [from, to] = [goldenIds[9], goldenCorrupt[9]].map((id) => rows.slice(id * 16, id * 16 + 16))
  const off = async (share: number): Promise<number> => {
    const between = from.map((each, i) => each + share * (to[i] - each))
    engine.set(table, rows.toSpliced(goldenCorrupt[9] * 16, 16, ...between))
    const asked = { engine, model, pairs, metric, from: ['blocks.0.*.*'], to: ['blocks.1.*.*', 'logits'] }
    const scores = new Map((await attributeEdges(asked)).rows.map((row) => [edgeOf(row), row.score]))
    const patches = (await patchEdges(asked)).rows.map((row) => ({ row, score: scores.get(edgeOf(row)) ?? Number.NaN }))
    const total = (of: (each: (typeof patches)[number]) => number): number =>
      patches.reduce((sum, each) => sum + Math.abs(of(each)), 0)
    return total(({ row, score }) => score - row.effect) / total(({ row }) => row.effect)
  }
  const [far, near] = [await off(0.1), await off(0.01)]
  assert.ok(far > 0.02 && near < 0.02 && near < far / 4, `${far}, then ${near}`)
})

test('along a path of many steps the scores add up to the whole change', async () => {
  const { writers, clean, corrupt } = await attributeEdges({ ...golden(), steps: 12 })
  const [token] = writers
  near([token.edges], [token.score])
  near([token.score], [clean - corrupt], 0.03)
  const { writers: fewer } = await attributeEdges({ ...golden(), steps: 3 })
  assert.ok(Math.abs(fewer[0].score - (clean - corrupt)) > 2 * Math.abs(token.score - (clean - corrupt)))
})

test('a circuit of all edges is the model, one of none the corrupt text; a token’s edge to the logits is that edge patched', async () => {
  const { rows } = await attributeEdges(golden())
  const alone = rows.filter(({ from, to }) => from.part === 'token' && to.part === 'logits')
  const found = await faithfulness({ ...golden(), circuits: [rows, [], alone, rows.slice(0, 20)] })
  const [{ normalised: edge }] = (await patchEdges({ ...golden(), from: ['embedding.token'], to: ['logits'] })).rows
  assert.deepEqual([found.edges, found.rows.map(({ edges }) => edges)], [46, [46, 0, 1, 20]])
  near(
    found.rows.slice(0, 3).map(({ normalised }) => normalised),
    [1, 0, edge],
  )
})

test('paths on which all heads and MLPs stay what they are are edges', async () => {
  const senders = ['blocks.0.attention.mixed {head: 0}', 'blocks.0.attention.mixed {head: 1}', 'blocks.0.mlp.output']
  for (const receiver of [
    'blocks.1.attention.query {head: 1}',
    'blocks.1.attention.value {head: 0}',
    'blocks.1.mlp.output',
  ]) {
    const { rows } = await patchPaths({ ...golden(), senders, receivers: [receiver], areMlpsFrozen: true, batch: 3 })
    const edges = await patchEdges({ ...golden(), from: senders, to: [receiver] })
    assert.deepEqual(
      rows.map(({ address }) => address),
      senders,
    )
    near(
      rows.map(({ raw }) => raw),
      edges.rows.map(({ raw }) => raw),
      1e-6,
    )
  }
})

test('with free MLPs a path to the end of the stream is a patch of the sender where no head stands between', async () => {
  const [first, last] = [0, 1].map((layer) => `blocks.${layer}.attention.mixed {head: 0}`)
  const { rows, receivers } = await patchPaths({ ...golden(), receivers: ['blocks.1.output'] })
  assert.deepEqual([rows.length, receivers], [4, ['blocks.1.output']])
  const { rows: patches } = await patch({ ...golden(), at: [first, last] })
  const raw = (address: string) => rows.find((row) => row.address === address)?.raw ?? Number.NaN
  near([raw(last)], [patches[1].raw], 1e-6)
  assert.ok(Math.abs(raw(first) - patches[0].raw) > 1e-3)
  // With other heads in between, it is the run in which those were told by edits to stay.
  const { engine, model } = golden()
  const edits = [
    { at: first, to: { ids: goldenIds } },
    { at: 'blocks.1.attention.mixed', to: { ids: goldenCorrupt } },
  ]
  const seen = await read({
    engine,
    model,
    edits,
    inputs: { ids: goldenCorrupt },
    addresses: ['logits {position: -1}'],
  })
  const logits = seen.get('logits {position: -1}')?.data ?? []
  near([raw(first)], [logits[metric.token] - logits[metric.against]], 1e-6)
})

test('by way of queries and keys together is by way of the pattern', async () => {
  const to = (...names: string[]) => names.map((name) => `blocks.1.attention.${name}`)
  const both = await patchPaths({ ...golden(), receivers: to('query', 'key') })
  const pattern = await patchPaths({ ...golden(), receivers: to('pattern') })
  near(
    both.rows.map(({ raw }) => raw),
    pattern.rows.map(({ raw }) => raw),
    1e-6,
  )
  assert.ok(both.rows.some(({ normalised }) => Math.abs(normalised) > 0.01))
})

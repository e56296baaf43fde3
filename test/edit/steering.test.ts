// Steering: the way from one text to another, added to what a third has.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Edit } from '../../src/edit/edit.ts'
import { settleEdits } from '../../src/edit/settleEdits.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Values } from '../../src/engine/engine.ts'
import { generate } from '../../src/generate/generate.ts'
import { read } from '../../src/inspect/read.ts'
import { goldenCorrupt, goldenIds, goldenModel } from '../inspect/golden.ts'

const engine = await cpu({ threads: 1 })
const model = goldenModel(engine)
const there = { ids: goldenIds }
const here = { ids: goldenCorrupt }

const one = async (ids: readonly number[], address: string, edits: readonly Edit[] = []): Promise<Values> => {
  const [values] = (await read({ model, engine, inputs: { ids }, addresses: [address], edits })).values()
  return values
}
const far = (a: Values, b: Values): number => Math.max(...a.data.map((each, i) => Math.abs(each - b.data[i])))

test('all the way from one text to another, at each position, is the other text', async () => {
  const edits = goldenIds.map((_, position) => ({
    at: { path: 'blocks.0.output', at: { position } },
    to: { add: { towards: there, from: here } },
  }))
  const [found, clean, corrupt] = [
    await one(goldenCorrupt, 'logits', edits),
    await one(goldenIds, 'logits'),
    await one(goldenCorrupt, 'logits'),
  ]
  assert.ok(far(found, clean) < 1e-5 && far(corrupt, clean) > 0.1, `${far(found, clean)}`)
})

test('without a place, the direction is the difference of the means over texts and their places', async () => {
  const others = [
    [1, 2, 3],
    [4, 5],
  ].map((ids) => ({ ids }))
  const at = 'blocks.*.mlp.output'
  const to = { add: { towards: others, from: here, scale: 3 } }
  const settled = await settleEdits({ model, engine, edits: JSON.parse(JSON.stringify([{ at, to }])) })
  assert.equal(settled.length, 2)
  const means = async (ids: readonly number[]): Promise<number[]> => {
    const { data } = await one(ids, 'blocks.1.mlp.output')
    return Array.from({ length: 16 }, (_, i) =>
      data.reduce((sum, each, cell) => (cell % 16 === i ? sum + each / ids.length : sum), 0),
    )
  }
  const [a, b, away] = [await means([1, 2, 3]), await means([4, 5]), await means(goldenCorrupt)]
  const { add } = settled[1].to as { readonly add: Values }
  assert.deepEqual(
    add.axes.map(({ name }) => name),
    ['model'],
  )
  for (const [i, each] of add.data.entries())
    assert.ok(Math.abs(each - 3 * ((a[i] + b[i]) / 2 - away[i])) < 1e-5, `${i}: ${each}`)
})

test('a text is written with it', async () => {
  const written = async (scale: number): Promise<number[]> => {
    const edits = [{ at: 'blocks.1.output', to: { add: { towards: { ids: [9] }, from: { ids: [3] }, scale } } }]
    const ids: number[] = []
    for await (const { id } of generate({ engine, model, prompt: [3, 1, 4], tokens: 6, temperature: 0, edits }))
      ids.push(id)
    return ids
  }
  const plain = await written(0)
  assert.notDeepEqual(await written(6), plain)
  const ids: number[] = []
  for await (const { id } of generate({ engine, model, prompt: [3, 1, 4], tokens: 6, temperature: 0 })) ids.push(id)
  assert.deepEqual(plain, ids)
})

test('a direction that says none is refused', async () => {
  const edits = JSON.parse('[{ "at": "embedded", "to": { "add": { "towards": [] } } }]')
  await assert.rejects(one(goldenIds, 'logits', edits), {
    message:
      'edits: embedded: "to" is {"add":{"towards":[]}}; give a number, values { axes: [{ name, size }], data }, another run { ids } or { pixels }, { scale }, { add }, { mean } or a function.',
  })
})

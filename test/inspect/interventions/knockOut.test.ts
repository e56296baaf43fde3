// Knocked out attention against a mask that hides the same, and the rows that are left.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { knockOut } from '../../../src/inspect/interventions/knockOut.ts'
import { read } from '../../../src/inspect/read.ts'
import { Llama } from '../../../src/model/llama.ts'
import { goldenIds, goldenModel } from '../golden.ts'
import { fill } from '../stream/models.ts'

const ids = goldenIds.slice(0, 5)

test('rows look where they may and add up to 1; all of a key hidden is the text without it', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  const edits = knockOut({ model, queries: [1, 2, 4], keys: [1, 0], heads: [1], layers: [1] })
  assert.deepEqual(
    edits.map(({ at }) => at),
    ['1, source: 0', '2, source: 1', '2, source: 0', '4, source: 1', '4, source: 0'].map(
      (places) => `blocks.1.attention.scores {head: 1, position: ${places}}`,
    ),
  )
  const addresses = ['blocks.1.attention.pattern', 'logits']
  const [plain, without] = [
    await read({ model, engine, inputs: { ids }, addresses }),
    await read({ model, engine, inputs: { ids }, addresses, edits }),
  ]
  const [before, after] = [plain, without].map((values) => {
    const { axes, data } = values.get('blocks.1.attention.pattern') ?? assert.fail()
    assert.deepEqual(
      axes.map(({ name }) => name),
      ['position', 'head', 'source'],
    )
    return (position: number, head: number) => [
      ...data.subarray((position * 2 + head) * 5, (position * 2 + head + 1) * 5),
    ]
  })
  for (let position = 0; position < 5; position++) {
    assert.deepEqual(after(position, 0), before(position, 0))
    const row = before(position, 1)
    const hidden = [1, 2, 4].includes(position) ? [0, 1].filter((key) => key !== position) : []
    const left = row.reduce((sum, each, key) => (hidden.includes(key) ? sum : sum + each), 0)
    for (const [key, each] of after(position, 1).entries())
      assert.ok(Math.abs(each - (hidden.includes(key) ? 0 : row[key] / left)) < 1e-6, `${position} ${key}`)
  }
  // A token that nobody else sees might be any other.
  const alone = knockOut({ model, queries: [2, 3, 4], keys: [1] })
  const last = async (text: readonly number[]) =>
    read({ model, engine, inputs: { ids: text }, addresses: ['logits {position: -1}'], edits: alone })
  const [one, other] = [await last(ids), await last(ids.with(1, 9))].map((values) => [...values.values()][0].data)
  assert.deepEqual(one, other)
})

test('heads that share keys and values are named as they are counted', () => {
  const model = new Llama({ vocab: 11, context: 8, layer: 1, head: 4, shared: 2, model: 16, hidden: 20 })
  fill(reference(), model)
  assert.deepEqual(knockOut({ model, queries: [3], keys: [0], heads: [2] }), [
    { at: 'blocks.0.attention.scores {head: 1, group: 0, position: 3, source: 0}', to: '-Infinity' },
  ])
})

test('what could not be knocked out is refused', () => {
  const model = goldenModel(reference())
  const settings = { model, queries: [3], keys: [0] }
  assert.throws(() => knockOut({ ...settings, layers: [2] }), {
    message: 'knockOut: there is no layer 2; the model has 0 to 1.',
  })
  assert.throws(() => knockOut({ ...settings, heads: [2] }), {
    message: 'knockOut: there is no head 2; each layer has 0 to 1.',
  })
  assert.throws(() => knockOut({ ...settings, part: 'cross' }), {
    message: 'knockOut: the model has no cross attention.',
  })
  assert.throws(() => knockOut({ ...settings, keys: [3, 4] }), {
    message: 'knockOut: positions 3 look at none of 3, 4 but themselves. Give queries behind the keys.',
  })
  assert.throws(() => knockOut({ ...settings, keys: [-1] }), {
    message: 'knockOut: position -1: give positions counted from 0.',
  })
})

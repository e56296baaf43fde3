// The gradient of the loss at values inside is what the loss changes by when they are changed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { surpriseOf } from '../../src/evaluate/surprise.ts'
import { readGradients } from '../../src/inspect/gradients.ts'
import { read } from '../../src/inspect/read.ts'
import { MaskedBert } from '../../src/model/bert.ts'
import { goldenIds, goldenLoss, goldenModel } from './golden.ts'

const addresses = [
  'blocks.0.output {position: 3}',
  'blocks.1.attention.pattern {head: 1}',
  'blocks.0.mlp.hidden',
  'blocks.1.mlp.up.weight',
]

test('gradients are what the loss changes by', async () => {
  const engine = reference()
  const model = goldenModel(engine)
  const looking = { model, engine, inputs: { ids: goldenIds } }
  const { loss, gradients, values } = await readGradients({ ...looking, addresses })
  // The values come of the same run.
  for (const [address, { axes, data }] of await read({ ...looking, addresses })) {
    assert.deepEqual(values.get(address)?.axes, axes)
    assert.ok(
      values.get(address)?.data.every((value, i) => Math.abs(value - data[i]) < 1e-6),
      address,
    )
  }
  await assert.rejects(readGradients({ ...looking, addresses: ['logits'], limit: 4 * 11 * 11 }), {
    message:
      'read: the 2 values have 968 bytes, but the limit is 484 bytes. Ask for places, such as blocks.3.attention.pattern {head: 0}, or raise the limit.',
  })
  assert.ok(Math.abs(loss - goldenLoss) < 2e-6)
  for (const [at, cell, place] of [
    ['blocks.0.output {position: 3}', 5, { position: 3, model: 5 }],
    ['blocks.1.attention.pattern {head: 1}', 4 * 11 + 2, { head: 1, position: 4, source: 2 }],
    ['blocks.0.mlp.hidden', 6 * 32 + 7, { position: 6, hidden: 7 }],
  ] as const) {
    const h = 1e-3
    const moved = async (by: number): Promise<number> => {
      const edits = [{ at: { path: at.replace(/ .*/, ''), at: place as Record<string, number> }, to: { add: by } }]
      return (await surpriseOf({ ...looking, ids: goldenIds, edits })).loss
    }
    const difference = ((await moved(h)) - (await moved(-h))) / (2 * h)
    const found = gradients.get(at)
    assert.ok(
      Math.abs((found?.data[cell] ?? Number.NaN) - difference) < 2e-4,
      `${at}: ${found?.data[cell]} ${difference}`,
    )
  }
  assert.deepEqual(
    gradients.get('blocks.1.mlp.up.weight')?.axes.map(({ name }) => name),
    ['model', 'hidden'],
  )
  assert.deepEqual(
    gradients.get('blocks.0.mlp.hidden')?.axes.map(({ name }) => name),
    ['position', 'hidden'],
  )
})

test('gradients need a next token', async () => {
  const engine = reference()
  const model = new MaskedBert({ vocab: 11, context: 8, layer: 1, head: 2, model: 8, kind: 2 })
  await assert.rejects(readGradients({ model, engine, inputs: { ids: [1, 2] }, addresses: ['embedded'] }), {
    message:
      'gradients: this model is one that fills in masked tokens; there is no next token, whose loss it would be.',
  })
  await assert.rejects(
    readGradients({ model: goldenModel(engine), engine, inputs: { ids: [1] }, addresses: ['embedded'] }),
    { message: 'gradients: the text has 1 tokens. Give at least two: the loss is that of each after the first.' },
  )
})

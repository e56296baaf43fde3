// Filling in is the plain forward pass at the masks, however long the text is.

import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setWeights, withSizes } from '../../src/checkpoint/engineWeights.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { fillMasks, MaskFiller } from '../../src/generate/fill.ts'
import { MaskedBert } from '../../src/model/bert.ts'
import { initialValues } from '../../src/model/start.ts'
import { softmax } from '../../src/tensor/definitions.ts'
import { input } from '../../src/tensor/primitives.ts'
import { engines } from '../engines.ts'

const vocab = 13
const mask = 12

for (const { name, open } of engines)
  describe(`filling in, ${name}`, () => {
    let engine: Engine
    let model: MaskedBert
    before(async () => {
      engine = await open()
      model = new MaskedBert({ vocab, context: 24, layer: 1, head: 2, model: 8 })
      const values = [...initialValues(model, 1)].map(([path, data]) => [path, data.map((x) => 6 * x)] as const)
      setWeights(engine, model, withSizes(model, new Map(values)))
    })
    after(() => engine.close())

    test('gives the likeliest tokens of every mask', async () => {
      const filler = new MaskFiller({ engine, model })
      for (const ids of [
        [mask],
        [1, mask, 3, mask, 5, mask],
        Array.from({ length: 24 }, (_, i) => (i === 20 ? mask : i % 9)),
      ]) {
        const given = input('ids', { batch: 1, position: ids.length }, { below: vocab })
        const probabilities = softmax(model.logits({ ids: given }), 'vocab')
        const program = await engine.compile({ outputs: { probabilities } })
        await program.run({ ids })
        const { data } = await program.read('probabilities')
        const masks = ids.flatMap((id, position) => (id === mask ? [position] : []))
        const found = await filler.fill({ ids, mask, top: 3 })
        assert.deepEqual(
          found.map(({ position }) => position),
          masks,
        )
        for (const { position, fillings } of found) {
          const row = data.subarray(position * vocab, (position + 1) * vocab)
          const order = [...row.keys()].sort((a, b) => row[b] - row[a])
          assert.deepEqual(
            fillings.map(({ id }) => id),
            order.slice(0, 3),
          )
          for (const { id, probability } of fillings) assert.ok(Math.abs(probability - row[id]) < 1e-6)
        }
      }
    })

    test('refuses texts without a mask, and those that are too long', async () => {
      await assert.rejects(fillMasks({ engine, model, ids: [1, 2], mask }), {
        message: 'fill: there is no mask in the text. Put one where a token is to be guessed.',
      })
      await assert.rejects(fillMasks({ engine, model, ids: new Int32Array(25).fill(mask), mask }), {
        message: 'fill: the text has 25 tokens, but the model was made for 24. Give a shorter one.',
      })
    })
  })

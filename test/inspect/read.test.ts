// Reading values by address: the right ones, and without changing anything.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../src/engine/reference.ts'
import { Reader, read, readableValues } from '../../src/inspect/read.ts'
import { parametersOf } from '../../src/tensor/names.ts'
import type { Node } from '../../src/tensor/node.ts'
import { engines } from '../engines.ts'
import { fillWeights } from '../fillWeights.ts'
import { config, smallModel } from './model.ts'

const ids = [3, 1, 4, 1, 5]

describe('values by address', () => {
  const model = smallModel()

  test('are all that have names', () => {
    const addresses = [...readableValues(model, { position: ids.length }).keys()]
    assert.deepEqual(addresses.slice(0, 16), [
      'embedded',
      'blocks.0.attentionNorm.output',
      'blocks.0.attention.query',
      'blocks.0.attention.key',
      'blocks.0.attention.value',
      'blocks.0.attention.scores',
      'blocks.0.attention.pattern',
      'blocks.0.attention.mixed',
      'blocks.0.attention.output',
      'blocks.0.middle',
      'blocks.0.mlpNorm.output',
      'blocks.0.mlp.up',
      'blocks.0.mlp.hidden',
      'blocks.0.mlp.output',
      'blocks.0.output',
      'blocks.1.attentionNorm.output',
    ])
    assert.equal(addresses.length, 1 + 14 * config.layer + 2)
  })

  for (const { name, open } of engines) {
    test(`are what the reference engine says (${name})`, async (t) => {
      const [engine, right] = [await open(), reference()]
      t.after(() => engine.close())
      for (const each of [engine, right]) fillWeights(each, model)
      const addresses = [...readableValues(model, { position: ids.length }).keys()]
      const found = await read({ model, engine, inputs: { ids }, addresses })
      const expected = await read({ model, engine: right, inputs: { ids }, addresses })
      for (const address of addresses) {
        const [a, b] = [found.get(address), expected.get(address)]
        assert.deepEqual(
          a?.axes.map(({ name, size }) => [name, size]),
          b?.axes.map(({ name, size }) => [name, size]),
        )
        b?.data.forEach((value, i) => {
          const cell = a?.data[i] ?? Number.NaN
          assert.ok(
            cell === value || Math.abs(cell - value) < 1e-4 * (1 + Math.abs(value)),
            `${address}[${i}]: ${cell}, not ${value}`,
          )
        })
      }
    })

    test(`are the same whatever else is read (${name})`, async (t) => {
      const engine = await open()
      t.after(() => engine.close())
      fillWeights(engine, model)
      const alone = (await read({ model, engine, inputs: { ids }, addresses: ['logits'] })).get('logits')
      const among = await read({
        model,
        engine,
        inputs: { ids },
        addresses: [...readableValues(model, { position: ids.length }).keys()],
      })
      const logits = among.get('logits')
      alone?.data.forEach((value, i) => {
        const other = logits?.data[i] ?? Number.NaN
        assert.ok(Math.abs(value - other) < 1e-4, `logit ${i}: ${value} alone, ${other} among others`)
      })
    })
  }

  test('can be read of text after text', async () => {
    const engine = reference()
    fillWeights(engine, model)
    const reader = new Reader({ model, engine, sizes: { position: ids.length }, addresses: ['logits'] })
    const first = (await reader.read({ ids })).get('logits')?.data
    await reader.read({ ids: [1, 1, 1, 1, 1] })
    assert.deepEqual((await reader.read({ ids })).get('logits')?.data, first)
  })

  test('are asked for by name, or the nearest is told', async () => {
    await assert.rejects(
      read({ model, engine: reference(), inputs: { ids }, addresses: ['blocks.0.attention.paterns'] }),
      {
        message:
          'read: there is no value "blocks.0.attention.paterns". Did you mean "blocks.0.attention.pattern", "blocks.1.attention.pattern" or "blocks.0.attention.query"?',
      },
    )
  })

  test('may be weights', async () => {
    const engine = reference()
    fillWeights(engine, model)
    const [path, place] = ['blocks.1.mlp.up.weight', 'embedding.token {vocab: -1}']
    const found = await read({ model, engine, inputs: { ids }, addresses: [path, place, 'blocks.*.mlp.down.bias'] })
    assert.deepEqual(
      [...found].map(([address, { axes }]) => [address, axes.map(({ name }) => name).join(' ')]),
      [[path, 'model hidden'], [place, 'model'], ...[0, 1].map((layer) => [`blocks.${layer}.mlp.down.bias`, 'model'])],
    )
    const weights = parametersOf(model)
    assert.deepEqual(found.get(path)?.data, await engine.get(weights.get(path) as Node))
    const tokens = await engine.get(weights.get('embedding.token') as Node)
    assert.deepEqual(found.get(place)?.data, tokens.slice(-config.model))
  })

  test('come of inputs that the model reads', async () => {
    const settings = { model, engine: reference(), addresses: ['logits'] }
    await assert.rejects(read({ ...settings, inputs: { idz: ids } }), {
      message: 'read: idz was given, but the model reads ids. Did you mean "ids"?',
    })
    await assert.rejects(read({ ...settings, inputs: { ids, pixels: ids } }), {
      message: 'read: pixels was given, but the model reads ids. Leave it out.',
    })
    assert.throws(() => new Reader({ ...settings, sizes: { position: 5 }, optional: ['ids', 'kinds'] }), {
      message: 'read: kinds was given, but the model reads ids. Leave it out.',
    })
  })

  test('need a text that the model can hold', async () => {
    await assert.rejects(read({ model, engine: reference(), inputs: { ids: [] }, addresses: ['logits'] }), {
      message: 'read: ids is empty, but the model looks at 1 to 9 tokens at once. Give a longer one.',
    })
    await assert.rejects(
      read({ model, engine: reference(), inputs: { ids: new Int32Array(10) }, addresses: ['logits'] }),
      {
        message: 'read: ids has 10 tokens, but the model looks at 1 to 9 tokens at once. Give a part of it.',
      },
    )
  })
})

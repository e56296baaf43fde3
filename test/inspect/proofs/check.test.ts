// Checks: sound models of every kind pass all that apply to them; each fault that is planted is told by its name.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ExpectedValues } from '../../../src/checkpoint/expectedValues.ts'
import { cpu } from '../../../src/engine/cpu/index.ts'
import type { Engine } from '../../../src/engine/engine.ts'
import { reference } from '../../../src/engine/reference.ts'
import { checkModel } from '../../../src/inspect/proofs/check.ts'
import { read } from '../../../src/inspect/read.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { fill, models } from '../../edit/models.ts'

const ids = [3, 1, 4, 1, 5, 2]

/** The checks of one of the small models. */
async function checked(name: string, engine: Engine, text: readonly number[] = ids.slice(0, 5)) {
  fill(engine, models[name])
  const inputs = { ids: text, ...(name === 'translator' && { source: [9, 2, 6] }) }
  const found = await checkModel({ model: models[name], engine, inputs })
  return { ...found, by: new Map(found.checks.map((check) => [check.name, check])) }
}
describe('checks of sound models', () => {
  // Llamas, with a window and without, are checked below.
  for (const name of ['gpt2', 'attention only', 'masked bert', 'classifying bert', 'translator'])
    test(`pass: ${name}`, async () => {
      const { checks } = await checked(name, reference())
      assert.equal(checks.length, name === 'translator' || name.endsWith('bert') ? 20 : 19)
      for (const check of checks) assert.notEqual(check.verdict, 'fail', JSON.stringify(check))
    })

  test('none applies where values are no numbers, which is told by the first', async () => {
    const engine = reference()
    const model = models['gpt2']
    fill(engine, model)
    const [path, weight] = [...parametersOf(model)].find(([each]) => each.startsWith('blocks.1.mlp.')) ?? []
    assert.ok(weight)
    engine.set(weight, (await engine.get(weight)).fill(Number.NaN, 0, 1))
    const [first, ...others] = (await checkModel({ model, engine, inputs: { ids } })).checks
    assert.deepEqual([first.name, first.verdict], ['finite values', 'fail'])
    assert.match(first.address ?? '', /^blocks\.1\.mlp\./)
    assert.equal(
      first.reason,
      `the first value that is no number has NaN; the weight ${path} has NaN in it, and may be damaged`,
    )
    const reason = `values are no numbers from ${first.address} on`
    assert.ok(others.length > 15 && others.every((each) => each.verdict === 'not applicable' && each.reason === reason))
  })

  test('say what does not apply, and why', async () => {
    const { checks } = await checked('masked bert', reference())
    assert.deepEqual(
      checks.flatMap(({ name, verdict, reason }) => (verdict === 'not applicable' ? [[name, reason]] : [])),
      [
        ['mask', 'positions may look both ways'],
        ['own position', 'positions may look both ways'],
        ['causality', 'the model looks both ways: a position sees what comes after it too'],
        ['gradient', 'every output can see every token'],
        ['padding on the left', 'texts that are read both ways are padded behind'],
        ['cached writing', 'the model does not write on'],
        ['reference engine', 'this is the reference engine'],
        ['fixture', 'no fixture: not compared'],
        ['leaks', 'this engine does not say what it holds'],
      ],
    )
  })

  test('on the processor: kernels, the reference engine at each layer, and nothing left behind', async () => {
    const engine = await cpu({ threads: 1 })
    const { by, layers } = await checked('llama', engine)
    assert.equal(by.get('leaks')?.verdict, 'pass')
    assert.ok([...by.values()].every(({ verdict }) => verdict !== 'fail'))
    assert.equal(by.get('reference engine')?.verdict, 'pass')
    const against = layers.filter((each) => each.against === 'reference engine')
    assert.deepEqual(
      against.map(({ layer, address }) => layer ?? address),
      ['embedded', 0, 1, 'norm.output', 'logits'],
    )
    for (const { relative, largest, address, layer } of against) {
      assert.ok(relative <= 1e-5 && largest <= 1e-5, `${address}: ${relative}`)
      assert.ok(layer === undefined || address.startsWith(`blocks.${layer}.`))
    }
    assert.ok(against.some(({ largest }) => largest > 0))
    engine.close()
  })

  test('of a window: outputs change with the tokens that it lets through, and with no other', async () => {
    const { sensitivity, by } = await checked('llama, a window', reference(), [...ids, 7])
    assert.ok([...by.values()].every(({ verdict }) => verdict !== 'fail'))
    const [{ rows, tokens, changes }] = sensitivity
    const seen = Array.from({ length: rows }, (_, row) =>
      tokens.map((_, i) => Number(changes[row * tokens.length + i] > 0)),
    )
    // Two layers of a window of three places see five places back.
    assert.deepEqual(
      seen,
      seen.map((_, row) => seen.map((_, token) => Number(token <= row && token > row - 5))),
    )
    assert.equal(by.get('reach')?.reason, 'a way leads to 25 of 49 pairs, and 25 of them do change')
  })

  test('hold a model to what its folder says, and tell the layer at which it is something else', async () => {
    const engine = reference()
    fill(engine, models['gpt2'])
    const inputs = { ids }
    const seen = await read({ model: models['gpt2'], engine, inputs, addresses: ['blocks.0.output', 'logits'] })
    const [stream, logits] = [seen.get('blocks.0.output'), seen.get('logits')]
    assert.ok(stream && logits)
    // In another order of the axes, as others may write them.
    const { axes, data } = stream
    const [rows, columns] = axes.map(({ size }) => size)
    const turned = Array.from(
      { length: data.length },
      (_, cell) => data[(cell % rows) * columns + Math.floor(cell / rows)],
    )
    const expected = {
      made: 'this test',
      inputs: { ids },
      values: {
        'blocks.0.output': { axes: axes.toReversed(), data: turned },
        logits: { axes: logits.axes, data: Array.from(logits.data) },
      },
    }
    const fixture = async (given: ExpectedValues) => {
      const { checks } = await checkModel({ model: models['gpt2'], engine, inputs, expected: given })
      return checks.find(({ name }) => name === 'fixture')
    }
    assert.deepEqual([(await fixture(expected))?.verdict, (await fixture(expected))?.largest], ['pass', 0])
    const off = expected.values.logits.data.with(3, expected.values.logits.data[3] + 1)
    const failed = await fixture({
      ...expected,
      values: { ...expected.values, logits: { axes: logits.axes, data: off } },
    })
    assert.deepEqual([failed?.verdict, failed?.address], ['fail', 'logits'])
    const short = { ...expected.values, logits: { axes: [{ name: 'position', size: 6 }], data: off } }
    await assert.rejects(fixture({ ...expected, values: short }), {
      message:
        'check: expected.json has logits as (position 6) with 66 numbers, but the model gives (position 6, vocab 11). Write it anew for this model.',
    })
  })

  test('refuse a text whose values would be too many', async () => {
    const model = new GPT2({ vocab: 11, context: 20_000, layer: 1, head: 1, model: 4 })
    await assert.rejects(checkModel({ model, engine: reference(), inputs: { ids: Array(20_000).fill(1) } }), {
      message:
        'check: all values of this text together have 3207 MB, and each is looked at; at most 1074 MB are. Give a shorter text.',
    })
  })

  test('refuse a text that is too short', async () => {
    const engine = reference()
    await assert.rejects(checkModel({ model: models['gpt2'], engine, inputs: { ids: [1, 2] } }), {
      message: 'check: the text has 2 tokens. Give at least three: each is changed in turn.',
    })
  })
})

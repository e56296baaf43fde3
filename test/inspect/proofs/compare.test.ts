// Two runs compared: equal ones to the bit, one weight that differs, two engines, and what cannot be compared.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { reference } from '../../../src/engine/reference.ts'
import { compareRuns } from '../../../src/inspect/proofs/compare.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { fill, translator } from '../../edit/models.ts'
import { goldenIds, goldenModel } from '../golden.ts'

describe('comparing', () => {
  const inputs = { ids: goldenIds }

  test('two runs that are the same says that no bit differs', async () => {
    const [one, two] = [reference(), reference()]
    const found = await compareRuns({
      a: { model: goldenModel(one), engine: one },
      b: { model: goldenModel(two), engine: two },
      inputs,
    })
    assert.equal(found.isEqual, true)
    assert.ok(found.distances.every(({ different, largest }) => different === 0 && largest === 0))
    assert.ok(found.distances.length > 40)
  })

  test('finds the one weight that differs, and what is made of it', async () => {
    const [one, two] = [reference(), reference()]
    const [a, b] = [goldenModel(one), goldenModel(two)]
    const path = 'blocks.1.mlp.up.weight'
    const weight = parametersOf(b).get(path)
    assert.ok(weight)
    const values = await two.get(weight)
    two.set(weight, values.with(35, values[35] + 0.25))
    const { first, distances, isEqual } = await compareRuns({
      a: { model: a, engine: one },
      b: { model: b, engine: two },
      inputs,
    })
    assert.equal(isEqual, false)
    assert.equal(first?.first, 'blocks.1.mlp.up.weight {model: 1, hidden: 3}')
    assert.deepEqual([first?.kind, first?.different, first?.largest], ['weight', 1, 0.25])
    const changed = distances.filter(({ different }) => different > 0).map(({ address }) => address)
    assert.equal(changed[0], path)
    assert.ok(
      changed.includes('logits') && !changed.includes('blocks.1.middle') && !changed.includes('blocks.0.output'),
    )
  })

  test('compares two engines', async () => {
    const [one, two] = [reference(), await cpu({ threads: 1 })]
    const { distances } = await compareRuns({
      a: { model: goldenModel(one), engine: one },
      b: { model: goldenModel(two), engine: two },
      inputs,
    })
    two.close()
    for (const { address, relative } of distances) assert.ok(relative <= 1e-5, `${address}: ${relative}`)
  })

  test('finds what one edit changes, in values, in what comes next and, going back, in gradients', async () => {
    const engine = reference()
    const run = { model: goldenModel(engine), engine }
    const edits = [{ at: 'blocks.1.attention.pattern {head: 1}', to: { scale: 0.5 } }]
    const { first, distances } = await compareRuns({ a: run, b: { ...run, edits }, inputs, gradient: true })
    assert.equal(first?.first, 'blocks.1.attention.pattern {position: 0, head: 1, source: 0}')
    assert.equal(first?.kind, 'value')
    const changed = (kind: string): string[] =>
      distances.flatMap((each) => (each.kind === kind && each.different > 0 ? [each.address] : []))
    assert.deepEqual(changed('weight'), [])
    assert.deepEqual(changed('ln p'), ['ln p of logits'])
    const gradients = distances.filter(({ kind }) => kind === 'gradient').map(({ address }) => address)
    assert.ok(gradients.indexOf('logits') < gradients.indexOf('blocks.1.output'))
    assert.ok(gradients.indexOf('blocks.1.output') < gradients.indexOf('embedding.token'))
    assert.equal(changed('gradient').length, gradients.length)
  })

  test('compares gradients of translators, and of two engines', async () => {
    const [one, two] = [reference(), await cpu({ threads: 1 })]
    for (const engine of [one, two]) fill(engine, translator)
    const { distances } = await compareRuns({
      a: { model: translator, engine: one },
      b: { model: translator, engine: two },
      inputs: { ids: [3, 1, 4, 1], source: [9, 2, 6] },
      gradient: true,
    })
    two.close()
    const gradients = distances.filter(({ kind }) => kind === 'gradient')
    assert.ok(gradients.some(({ address }) => address === 'encoder.blocks.0.attention.query.weight'))
    // A key's bias shifts all scores of a position alike: its gradient is 0, and nothing but roundings.
    for (const { address, relative } of gradients)
      if (!address.endsWith('key.bias')) assert.ok(relative <= 1e-4, `${address}: ${relative}`)
  })

  test('logits that are shifted as a whole say the same', async () => {
    const engine = reference()
    const run = { model: goldenModel(engine), engine }
    const edits = [{ at: 'logits', to: { add: 3 } }]
    const { distances } = await compareRuns({ a: run, b: { ...run, edits }, inputs })
    assert.ok(Math.abs((distances.find(({ address }) => address === 'logits')?.largest ?? 0) - 3) < 1e-6)
    assert.ok((distances.find(({ kind }) => kind === 'ln p')?.largest ?? 1) < 1e-6)
  })

  test('compares runs of other shapes where they are alike, and tells where they are not', async () => {
    const engine = reference()
    const sizes = { vocab: 11, context: 16, layer: 1, head: 2, model: 16 }
    const [model, other] = [new GPT2({ ...sizes, hidden: 32 }), new GPT2({ ...sizes, layer: 2, hidden: 8 })]
    for (const each of [model, other]) fill(engine, each)
    const { distances, unlike, isEqual } = await compareRuns({
      a: { model, engine },
      b: { model: other, engine },
      inputs,
    })
    assert.equal(isEqual, false)
    assert.deepEqual(
      unlike.filter(({ address }) => ['blocks.0.mlp.up.weight', 'blocks.1.output'].includes(address)),
      [
        { address: 'blocks.0.mlp.up.weight', a: '(model 16, hidden 32)', b: '(model 16, hidden 8)' },
        { address: 'blocks.1.output', a: undefined, b: '(batch 1, position 11, model 16)' },
      ],
    )
    const compared = distances.map(({ address }) => address)
    assert.ok(compared.includes('logits') && compared.includes('blocks.0.mlp.output'))
    assert.ok(!compared.includes('blocks.0.mlp.up'))
  })

  test('refuses runs that read other things', async () => {
    const engine = reference()
    const [a, b] = [
      { model: goldenModel(engine), engine },
      { model: translator, engine },
    ]
    await assert.rejects(compareRuns({ a, b, inputs }), {
      message: 'compare: the first run reads ids, the second ids and source. Give two runs that read the same.',
    })
  })

  test('refuses runs that have nothing alike', async () => {
    const engine = reference()
    const model = new GPT2({ vocab: 11, context: 16, layer: 1, head: 1, model: 8 })
    const wider = new GPT2({ vocab: 12, context: 16, layer: 1, head: 2, model: 16, hidden: 3 })
    await assert.rejects(
      compareRuns({
        a: { model, engine },
        b: { model: wider, engine, edits: [] },
        inputs: { ids: [1] },
      }),
      {
        message:
          'compare: the runs have no value of the same shape: embedding.token is (vocab 11, model 8) in the first and (vocab 12, model 16) in the second. Give two runs that have some parts alike.',
      },
    )
  })
})

// Two runs compared: equal ones to the bit, one weight that differs, two engines, and what cannot be compared.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { cpu } from '../../../src/engine/cpu/index.ts'
import { reference } from '../../../src/engine/reference.ts'
import { compareRuns } from '../../../src/inspect/proofs/compare.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
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

  test('refuses runs of other shapes', async () => {
    const engine = reference()
    const sizes = { vocab: 11, context: 16, layer: 1, head: 2, model: 16 }
    const [model, other] = [new GPT2({ ...sizes, hidden: 32 }), new GPT2({ ...sizes, hidden: 8 })]
    await assert.rejects(compareRuns({ a: { model, engine }, b: { model: other, engine }, inputs }), {
      message:
        'compare: the runs have other shapes: blocks.0.mlp.up.weight is (model 16, hidden 32) in the first and (model 16, hidden 8) in the second. Give two runs of one architecture and size.',
    })
  })
})

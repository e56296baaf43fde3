// Where sizes come from: what the graph says, and that it is true. A size that is called forced cannot be chosen otherwise;
// one that is not, can.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openPass } from '../../../src/inspect/shapes/opened.ts'
import { originsOf } from '../../../src/inspect/shapes/origins.ts'
import { reasonsIn } from '../../../src/inspect/shapes/reasons.ts'
import { Attention } from '../../../src/model/attention.ts'
import { Linear } from '../../../src/model/linear.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import type { Node } from '../../../src/tensor/node.ts'
import { input } from '../../../src/tensor/primitives.ts'
import { smallModel, trainingPass } from '../model.ts'

describe('the sizes of a GPT-2', () => {
  const model = smallModel()
  const pass = openPass(trainingPass(model))
  const origins = originsOf(pass)
  const sayReason = reasonsIn(pass, { vocab: '11 letters' })
  const reasons = (node: Node | undefined): Record<string, string> =>
    Object.fromEntries((node?.axes ?? []).map(({ name }) => [name, sayReason(origins(node as Node, name))]))
  const weights = parametersOf(model)

  test('are chosen, derived, from the text, or forced', () => {
    assert.deepEqual(reasons(weights.get('embedding.token')), { vocab: '11 letters', model: 'chosen' })
    assert.deepEqual(reasons(weights.get('positions.place')), {
      position: 'chosen: the context',
      model: 'forced by embedding.token: embedded adds them up',
    })
    assert.deepEqual(reasons(weights.get('blocks.1.attention.query.weight')), {
      model: 'forced by embedding.token: blocks.1.attention.query is a product that runs over both',
      head: 'chosen',
      key: '4 = 12 / 3 heads',
    })
    assert.deepEqual(reasons(weights.get('blocks.1.attention.key.weight')), {
      model: 'forced by embedding.token: blocks.1.attention.key is a product that runs over both',
      head: 'forced by blocks.1.attention.query.weight: blocks.1.attention.scores is a product that has both run along',
      key: 'forced by blocks.1.attention.query.weight: blocks.1.attention.scores is a product that runs over both',
    })
    assert.deepEqual(reasons(weights.get('blocks.1.attention.value.weight')), {
      model: 'forced by embedding.token: blocks.1.attention.value is a product that runs over both',
      head: 'forced by blocks.1.attention.query.weight: blocks.1.attention.mixed is a product that has both run along',
      value: '4 = 12 / 3 heads',
    })
    assert.deepEqual(reasons(weights.get('blocks.1.attention.output.weight')), {
      head: 'forced by blocks.1.attention.query.weight: blocks.1.attention.output is a product that runs over both',
      value: 'forced by blocks.1.attention.value.weight: blocks.1.attention.output is a product that runs over both',
      model: 'forced by embedding.token: blocks.1.middle adds them up',
    })
    assert.deepEqual(reasons(weights.get('blocks.1.mlp.up.weight')), {
      model: 'forced by embedding.token: blocks.1.mlp.up is a product that runs over both',
      hidden: 'chosen',
    })
    assert.deepEqual(reasons(weights.get('blocks.1.mlp.up.bias')), {
      hidden: 'forced by blocks.1.mlp.up.weight: blocks.1.mlp.up adds them up',
    })
  })

  test('are known of every axis of every weight', () => {
    for (const [path, weight] of weights) {
      for (const { name } of weight.axes) assert.ok(origins(weight, name), `${path}: ${name}`)
    }
  })

  test('go on through the graph: sources are positions under another name', () => {
    const pattern = pass.names.valueAt('blocks.0.attention.pattern')
    assert.deepEqual(reasons(pattern), { batch: 'chosen', head: 'chosen', position: 'chosen', source: 'chosen' })
    assert.equal(origins(pattern, 'source')?.axis.name, 'position')
  })
})

describe('that a size is forced', () => {
  const attention = (sizes: { head?: number; key?: number; value?: number; ofOutput?: number }) => {
    const { head = 2, key = 3, value = 3, ofOutput = value } = sizes
    const part = new Attention({
      query: new Linear({ from: { model: 6 }, to: { head: 2, key: 3 }, bias: false }),
      key: new Linear({ from: { model: 6 }, to: { head, key }, bias: false }),
      value: new Linear({ from: { model: 6 }, to: { head: 2, value }, bias: false }),
      output: new Linear({ from: { head: 2, value: ofOutput }, to: { model: 6 }, bias: false }),
    })
    return part.apply(input('x', { batch: 1, position: 4, model: 6 }))
  }

  test('is true: with another size no graph can be built', () => {
    assert.throws(() => attention({ key: 4 }), /axis "key" is 3 .* but 4/)
    assert.throws(() => attention({ head: 3 }), /axis "head" is 2 .* but 3/)
    assert.throws(() => attention({ value: 5, ofOutput: 3 }), /axis "value" is 5 .* but 3/)
  })

  test('is not said of what is free: the values may be as wide as one likes', () => {
    assert.deepEqual(
      attention({ value: 5 }).axes.map(({ name }) => name),
      ['batch', 'position', 'model'],
    )
  })
})

// Every way in which a cell is made, by what the numbers of other cells say of it.

import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { gpt2 } from '../../../src/checkpoint/gpt2.ts'
import { reference } from '../../../src/engine/reference.ts'
import { CellReader } from '../../../src/inspect/cells/cellReader.ts'
import type { PassCells } from '../../../src/inspect/cells/cells.ts'
import { checkpointCells } from '../../../src/inspect/cells/checkpointCells.ts'
import type { CellOf, HowMade } from '../../../src/inspect/cells/explanation.ts'
import { largestFirst } from '../../../src/inspect/cells/largestFirst.ts'
import { sourcesOf } from '../../../src/inspect/cells/sources.ts'
import { ClassifyingBert } from '../../../src/model/bert.ts'
import { fill, testedModels } from './models.ts'

const near = (a: number, b: number): void => assert.ok(Math.abs(a - b) < 1e-6 * (1 + Math.abs(b)), `${a} is not ${b}`)

describe('the way a cell was made', () => {
  const [{ model, inputs, targets }] = testedModels
  const engine = reference()
  let cells: PassCells
  before(async () => {
    fill(engine, model)
    const { config } = model
    const checkpointOf = checkpointCells(model, gpt2.blueprint(config as Parameters<typeof gpt2.blueprint>[0]))
    cells = await new CellReader({ model, engine, checkpointOf }).look({ inputs, targets, hasGradients: true })
  })

  async function howOf<K extends HowMade['kind']>(kind: K, address: string, of: CellOf = 'value') {
    const explanation = await cells.explain(address, of)
    const { how } = explanation
    assert.equal(how.kind, kind, address)
    return { ...explanation, how: how as Extract<HowMade, { kind: K }> }
  }
  const valueAt = async (address: string, of: CellOf = 'value'): Promise<number> =>
    (await cells.explain(address, of)).value

  test('is a sum, of a stream and what is added to it, and of looked-up rows', async () => {
    const { how } = await howOf('sum', 'blocks.0.middle {position: 2, model: 5}')
    assert.deepEqual(
      how.terms.map(({ sign, cell }) => [sign, cell.address]),
      [
        [1, 'embedded {position: 2, model: 5}'],
        [1, 'blocks.0.attention.output {position: 2, model: 5}'],
      ],
    )
    const { how: embedded } = await howOf('sum', 'embedded {position: 2, model: 5}')
    assert.deepEqual(
      embedded.terms.map(({ cell }) => [cell.kind, cell.address, cell.lookUp?.id, cell.lookUp?.by.kind]),
      [
        ['weight', 'embedding.token {vocab: 4, model: 5}', 4, 'input'],
        ['weight', 'positions.place {position: 2, model: 5}', 2, 'place'],
      ],
    )
  })

  test('is a share of a row', async () => {
    const { how, value } = await howOf('softmax', 'blocks.1.attention.pattern {head: 1, position: 3, source: 2}')
    assert.equal(how.own, 2)
    const scores = how.terms.map(({ cell }) => cell.value)
    assert.deepEqual(how.largest, Math.max(...scores))
    const whole = scores.reduce((sum, score) => sum + Math.exp(score - how.largest), 0)
    near(how.whole, whole)
    near(value, Math.exp(scores[2] - how.largest) / whole)
    assert.equal(how.terms[4].share, 0)
    const largest = largestFirst(how)
    assert.equal(largest.terms[largest.own].cell.address, how.terms[2].cell.address)
  })

  test('is a normalised row, scaled and shifted', async () => {
    const { how, value } = await howOf('norm', 'blocks.1.mlpNorm.output {position: 1, model: 7}')
    const row = how.terms.map(({ cell }) => cell.value)
    const mean = row.reduce((sum, each) => sum + each, 0) / row.length
    near(how.mean ?? 0, mean)
    near(how.variance, row.reduce((sum, each) => sum + (each - mean) ** 2, 0) / row.length)
    near(how.normed, (row[7] - mean) / Math.sqrt(how.variance + how.epsilon))
    assert.deepEqual(
      how.after.map((step) => [step.function, step.by?.address]),
      [
        ['multiply', 'blocks.1.mlpNorm.scale {model: 7}'],
        ['add', 'blocks.1.mlpNorm.shift {model: 7}'],
      ],
    )
    near(value, how.after[1].value)

    assert.equal(sourcesOf({ how })[0].cell.address, 'blocks.1.middle {position: 1, model: 7}')
  })

  test('is a function of one cell, step by step', async () => {
    const { how, value } = await howOf('function', 'blocks.0.mlp.hidden {position: 4, hidden: 3}')
    assert.deepEqual(
      how.operands.map(({ address }) => address),
      ['blocks.0.mlp.up {position: 4, hidden: 3}'],
    )
    near(how.steps.at(-1)?.cell.value ?? 0, value)
    const inside = how.steps.find(({ function: name }) => name === 'tanh')
    assert.ok(inside?.cell.address)
    const step = await howOf('function', inside.cell.address)
    assert.equal(step.isRead, false)
    near(step.value, Math.tanh(inside.inputs[0].value))
  })

  test('is learnt, and stands in the checkpoint', async () => {
    // GPT-2 has queries, keys and values side by side in one tensor of 12 × 36.
    const { how } = await howOf('weight', 'blocks.1.attention.key.weight {model: 3, head: 2, key: 1}')
    assert.deepEqual(how.checkpoint, { name: 'transformer.h.1.attn.c_attn.weight', index: [3, 12 + 2 * 4 + 1] })
  })

  test('is given', async () => {
    const { how, value } = await howOf('input', 'ids {position: 2}')
    assert.deepEqual([how.name, how.isId, value], ['ids', true, 4])
  })

  test('is a product backward too: of a share, by what all shares come to', async () => {
    const at = (source: number): string => `{head: 0, position: 3, source: ${source}}`
    const { how, value } = await howOf('product', `blocks.1.attention.scores ${at(1)}`, 'gradient')
    const shares = await Promise.all([0, 1, 2, 3].map((i) => valueAt(`blocks.1.attention.pattern ${at(i)}`)))
    const wanted = await Promise.all(
      [0, 1, 2, 3].map((i) => valueAt(`blocks.1.attention.pattern ${at(i)}`, 'gradient')),
    )
    const mean = shares.reduce((sum, share, i) => sum + share * wanted[i], 0)
    near(how.sum, mean)
    near(value, shares[1] * (wanted[1] - mean))
    const amounts = sourcesOf({ how }).flatMap(({ amount, beside }) =>
      amount !== undefined && beside ? [amount / 2] : [],
    )
    near(
      amounts.reduce((sum, amount) => sum + amount, 0),
      -shares[1] * mean,
    )
  })

  test('is passed on by an addition, backward', async () => {
    const { how } = await howOf('same', 'blocks.1.mlp.output {position: 2, model: 3}', 'gradient')
    assert.deepEqual([how.from.address, how.from.of], ['blocks.1.output {position: 2, model: 3}', 'gradient'])
  })

  test('is explained of a classifier, whose loss is of one class', async () => {
    const classifier = new ClassifyingBert({ vocab: 11, context: 9, layer: 1, head: 2, model: 8, hidden: 12, class: 3 })
    fill(engine, classifier)
    const look = { inputs: { ids: [3, 1, 4] }, targets: [2], hasGradients: true }
    const found = await new CellReader({ model: classifier, engine }).look(look)
    const [logits, gradients] = await Promise.all(
      (['value', 'gradient'] as const).map((of) =>
        Promise.all([0, 1, 2].map(async (i) => (await found.explain(`classes {class: ${i}}`, of)).value)),
      ),
    )
    const whole = logits.reduce((sum, each) => sum + Math.exp(each), 0)
    for (const [i, gradient] of gradients.entries()) near(gradient, Math.exp(logits[i]) / whole - (i === 2 ? 1 : 0))
  })
})

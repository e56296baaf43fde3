// Every matrix product of a training step: those that a book would list, in order, with the sizes that they have.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openPass } from '../../../src/inspect/shapes/opened.ts'
import { matrixProducts, type Operand, type Product } from '../../../src/inspect/shapes/products.ts'
import { cells, type Sizes } from '../../../src/tensor/axes.ts'
import { trace } from '../../../src/tensor/pass.ts'
import { contract, parameter } from '../../../src/tensor/primitives.ts'
import { batch, config, lossPass, positions, smallModel, trainingPass } from '../model.ts'

const name = ({ address, isGradient, isTransposed, isAgain }: Operand): string =>
  `${isGradient ? '∂' : ''}${address}${isTransposed ? 'ᵀ' : ''}${isAgain ? ' again' : ''}`
const formula = ({ result, isSummand, left, right }: Product): string =>
  `${name(result)} ${isSummand ? '+=' : '='} ${name(left)} · ${name(right)}`
const shape = ({ along, rows, over, columns }: Product): string =>
  [along, rows, over, columns].map((axes) => axes.map((axis) => axis.name).join('·')).join(' | ')

describe('the matrix products of a GPT-2', () => {
  const model = smallModel()
  const pass = trainingPass(model)
  const products = matrixProducts(pass)
  const forward = products.filter(({ direction }) => direction === 'forward')
  const backward = products.filter(({ direction }) => direction === 'backward')

  test('are eight a block and the unembedding, going forward', () => {
    const a = 'blocks.0.attention'
    assert.deepEqual(forward.slice(0, 8).map(formula), [
      `${a}.query = blocks.0.attentionNorm.output · ${a}.query.weight`,
      `${a}.key = blocks.0.attentionNorm.output · ${a}.key.weight`,
      `${a}.value = blocks.0.attentionNorm.output · ${a}.value.weight`,
      `${a}.scores = ${a}.query · ${a}.keyᵀ`,
      `${a}.mixed = ${a}.pattern · ${a}.value`,
      `${a}.output = ${a}.mixed · ${a}.output.weight`,
      'blocks.0.mlp.up = blocks.0.mlpNorm.output · blocks.0.mlp.up.weight',
      'blocks.0.mlp.output = blocks.0.mlp.hidden · blocks.0.mlp.down.weight',
    ])
    assert.equal(forward.length, 8 * config.layer + 1)
    assert.equal(formula(forward[forward.length - 1]), 'logits = norm.output · embedding.tokenᵀ')
  })

  test('are two more for each going backward, and the scores once more', () => {
    const a = 'blocks.0.attention'
    const own = backward.filter(({ place }) => place === a)
    assert.deepEqual(own.map(formula), [
      `∂${a}.mixed = ∂${a}.output · ${a}.output.weightᵀ`,
      `∂${a}.output.weight = ${a}.mixedᵀ · ∂${a}.output`,
      `${a}.scores again = ${a}.query · ${a}.keyᵀ`,
      `∂${a}.pattern = ∂${a}.mixed · ${a}.valueᵀ`,
      `∂${a}.query = ∂${a}.scores · ${a}.key`,
      `∂${a}.key = ∂${a}.scoresᵀ · ${a}.query`,
      `∂${a}.value = ${a}.patternᵀ again · ∂${a}.mixed`,
      `∂blocks.0.attentionNorm.output += ∂${a}.value · ${a}.value.weightᵀ`,
      `∂${a}.value.weight = blocks.0.attentionNorm.outputᵀ · ∂${a}.value`,
      `∂blocks.0.attentionNorm.output += ∂${a}.key · ${a}.key.weightᵀ`,
      `∂${a}.key.weight = blocks.0.attentionNorm.outputᵀ · ∂${a}.key`,
      `∂blocks.0.attentionNorm.output += ∂${a}.query · ${a}.query.weightᵀ`,
      `∂${a}.query.weight = blocks.0.attentionNorm.outputᵀ · ∂${a}.query`,
    ])
    assert.equal(backward.length, 2 * forward.length + config.layer)
    // The unembedding is the embedding: its gradient has a part from either end.
    assert.deepEqual(backward.slice(0, 2).map(formula), [
      '∂norm.output = ∂logits · embedding.token',
      '∂embedding.token += ∂logitsᵀ · norm.output',
    ])
  })

  test('have their axes in four groups', () => {
    assert.deepEqual(forward.slice(2, 6).map(shape), [
      ' | batch·source | model | head·value',
      'batch·head | position | key | source',
      'batch·head | position | source | value',
      ' | batch·position | head·value | model',
    ])
  })

  test('cost what the formulas of the books say', () => {
    const { layer, model: d, hidden: h, vocab } = config
    const tokens = batch * positions
    const scores = 2 * batch * positions * positions * d
    const expected = layer * (2 * tokens * (4 * d * d + 2 * d * h) + 2 * scores) + 2 * tokens * d * vocab
    const flopsOf = (list: readonly Product[]): number => list.reduce((sum, { flops }) => sum + flops, 0)
    assert.equal(flopsOf(forward), expected)
    assert.equal(flopsOf(backward), 2 * expected + layer * scores)
    const shares = products.reduce((sum, { share }) => sum + share, 0)
    assert.ok(Math.abs(shares - 1) < 1e-12, `${shares}`)
  })

  test('are all there: one for every product of the opened graph', () => {
    const { nodes } = openPass(pass)
    assert.equal(products.length, nodes.filter(({ operation }) => operation.kind === 'dot').length)
    for (const { result, along, rows, columns } of products) {
      assert.equal(cells([...along, ...rows, ...columns]), cells(result.node.axes))
    }
  })

  test('can be asked for without the backward pass', () => {
    assert.deepEqual(matrixProducts(lossPass(model)).map(formula), forward.map(formula))
  })
})

describe('a product by itself', () => {
  const of = (a: Sizes<string>, b: Sizes<string>, ...over: string[]): Product[] =>
    matrixProducts(trace({}, () => [contract(parameter(a), parameter(b), over)]))

  test('has on the left what comes first in the result', () => {
    assert.deepEqual(of({ p: 2, k: 3 }, { k: 3, q: 5 }, 'k').map(shape), [' | p | k | q'])
  })

  test('may be one row, one column or a single number', () => {
    assert.deepEqual(of({ k: 3 }, { k: 3, q: 5 }, 'k').map(shape), [' | q | k | '])
    assert.deepEqual(of({ k: 3 }, { k: 3 }, 'k').map(shape), [' |  | k | '])
    assert.deepEqual(of({ p: 2 }, { q: 5 }).map(shape), [' | p |  | q'])
  })
})

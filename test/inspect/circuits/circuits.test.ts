// Circuits of heads, against numbers of others, what holds for every matrix, and a head whose answer is known.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { circuits } from '../../../src/inspect/circuits/circuits.ts'
import { composition } from '../../../src/inspect/circuits/composition.ts'
import {
  eigenvaluesOf,
  singularOf,
  singularValuesOf,
  symmetricOf,
} from '../../../src/inspect/circuits/decompositions.ts'
import { FactoredMatrix } from '../../../src/inspect/circuits/factored.ts'
import { headWeights, ovOf } from '../../../src/inspect/circuits/headWeights.ts'
import {
  diagonalSum,
  frobenius,
  type Matrix,
  product,
  transposed,
  zeros,
} from '../../../src/inspect/circuits/matrix.ts'
import type { CompositionKind } from '../../../src/inspect/circuits/overlaps.ts'
import { vocabularyOf } from '../../../src/inspect/circuits/vocabulary.ts'
import { Llama } from '../../../src/model/llama.ts'
import { hasAxis } from '../../../src/tensor/axes.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { goldenModel } from '../golden.ts'
import { handBuiltInduction } from '../handBuilt.ts'
import { fill } from '../stream/models.ts'
import { near, within } from './matrices.ts'

/** Numbers that look random, the same every time. */
function matrix(rows: number, columns: number, seed: number): Matrix {
  const made = zeros(rows, columns)
  for (let i = 0; i < made.data.length; i++) made.data[i] = Math.sin(seed * 91.7 + i * i * 0.713 + i)
  return made
}

test('composition, singular values and eigenvalues of the golden model', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    const { rows, baseline } = await composition({ model, engine })
    assert.equal(baseline, 0.25)
    const wanted: readonly (readonly [CompositionKind, readonly number[]])[] = [
      ['query', [0.232263, 0.264744, 0.246617, 0.249929]],
      ['key', [0.250891, 0.260549, 0.258322, 0.254517]],
      ['value', [0.250936, 0.21563, 0.220637, 0.205752]],
    ]
    for (const [kind, scores] of wanted) {
      const found = rows.filter((row) => row.kind === kind).map(({ score }) => score)
      assert.equal(found.length, 4)
      for (const [i, score] of scores.entries()) near(found[i], score, 1e-6, `${kind} ${i}`)
    }
    const { heads } = await circuits({ model, engine })
    for (const [i, [norm, ov, qk]] of (
      [
        [3.433066, -0.163871, -0.398364],
        [3.550729, 0.057115, -0.119709],
        [3.796095, 0.227615, -0.032007],
        [3.869709, -0.112345, 0.354091],
      ] as const
    ).entries()) {
      near(heads[i].ov.norm, norm, 1e-6, `norm ${i}`)
      near(heads[i].ov.positive, ov, 1e-6, `ov ${i}`)
      near(heads[i].qk.positive, qk, 1e-6, `qk ${i}`)
    }
    for (const [i, value] of [1.933193, 1.625133, 1.350743, 1.270379, 0.985531, 0.742372, 0.557083, 0.369529].entries())
      near(heads[0].ov.singular[i], value, 1e-6, `σ ${i}`)
  }))

test('a factored matrix is its product', async () => {
  const [a, b] = [matrix(9, 4, 1), matrix(4, 9, 2)]
  const whole = product(a, b)
  const factored = new FactoredMatrix(a, b)
  near(factored.norm, frobenius(whole), 1e-12, 'norm')
  near(factored.trace, diagonalSum(whole), 1e-12, 'trace')
  const { u, values, v } = await factored.singular()
  near(Math.hypot(...values), frobenius(whole), 1e-12, 'Σσ²')
  const scaled = { ...u, data: u.data.map((value, i) => value * values[i % u.columns]) }
  for (const [i, value] of product(scaled, transposed(v)).data.entries()) near(value, whole.data[i], 1e-12, `cell ${i}`)
  const few = await factored.eigenvalues()
  const all = await eigenvaluesOf(whole)
  for (const [i, { real, imaginary }] of few.entries())
    near(Math.hypot(real, imaginary), Math.hypot(all[i].real, all[i].imaginary), 1e-9, `eigenvalue ${i}`)
  near(
    few.reduce((sum, { real }) => sum + real, 0),
    diagonalSum(whole),
    1e-12,
    'Σλ',
  )
})

test('scores are those of the products, and stay where queries and keys are turned against one another', () => {
  const [value, output, query, key] = [matrix(12, 3, 3), matrix(3, 12, 4), matrix(12, 3, 5), matrix(12, 3, 6)]
  const ov = new FactoredMatrix(value, output)
  const qk = new FactoredMatrix(query, transposed(key))
  const wholes = [product(value, output), product(query, transposed(key))] as const
  const wanted = frobenius(product(...wholes)) / frobenius(wholes[0]) / frobenius(wholes[1])
  near(ov.composition(qk), wanted, 1e-12, 'score')
  // R = [[2, 1], [0, 1]] with a third axis that is left; R⁻ᵀ = [[½, 0], [−½, 1]]
  const r: Matrix = { rows: 3, columns: 3, data: Float64Array.of(2, 1, 0, 0, 1, 0, 0, 0, 3) }
  const inverse: Matrix = { rows: 3, columns: 3, data: Float64Array.of(0.5, 0, 0, -0.5, 1, 0, 0, 0, 1 / 3) }
  const other = new FactoredMatrix(product(query, r), transposed(product(key, inverse)))
  near(ov.composition(other), wanted, 1e-12, 'turned')
})

test('an induction head reads by its keys what the head before it writes, and by nothing else', () =>
  within(async (engine) => {
    const vocab = 7
    const model = handBuiltInduction(engine, { vocab, context: 9 })
    const { rows } = await composition({ model, engine })
    assert.deepEqual(
      rows.map(({ kind, score }) => [kind, score]),
      [
        ['query', 0],
        ['key', rows[1].score],
        ['value', 0],
      ],
    )
    near(rows[1].score, 1 / Math.sqrt(vocab), 1e-15, 'key')
    near(rows[1].matched, 1 / Math.sqrt(vocab), 1e-15, 'matched')
    const [, head] = (await circuits({ model, engine })).heads
    near(head.ov.positive, 1, 1e-12, 'copies')
  }))

test('heads that share keys and values have those of their group, and RoPE turns what meets', () =>
  within(async (engine) => {
    const sizes = { vocab: 13, context: 16, layer: 2, head: 4, shared: 2, model: 16, hidden: 20 }
    const model = new Llama(sizes)
    fill(engine, model)
    const heads = await headWeights({ model, engine })
    assert.equal(heads.length, 8)
    assert.deepEqual(heads[0].value, heads[1].value)
    assert.notDeepEqual(heads[1].value, heads[2].value)
    assert.notDeepEqual(heads[0].query, heads[1].query)
    assert.deepEqual(heads[0].besides, ['turned'])
    const near0 = await headWeights({ model, engine, offset: 0 })
    assert.deepEqual(near0[3].query, heads[3].query)
    const [away] = await headWeights({ model, engine, offset: 3 })
    // Number 0 and number 2 of a head of 4 are the first pair, which turns by one radian a place.
    const { columns, data } = heads[0].query
    near(away.query.data[0], data[0] * Math.cos(3) - data[columns / 2] * Math.sin(3), 1e-6, 'turned')
    near(frobenius(away.query), frobenius(heads[0].query), 1e-6, 'length')
    assert.deepEqual(away.key, heads[0].key)
  }))

test('folded, the gains of the norm are in the weights, and a layer normalisation leaves no mean', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    const [raw] = await headWeights({ model, engine })
    const [folded] = await headWeights({ model, engine, basis: 'folded' })
    const gain = await engine.get(
      (model.blocks[0] as unknown as { attentionNorm: { scale: never } }).attentionNorm.scale,
    )
    const column = (head: { value: Matrix }, i: number) => head.value.data[i * head.value.columns]
    const scaled = Array.from({ length: 16 }, (_, i) => column(raw, i) * gain[i])
    const mean = scaled.reduce((sum, each) => sum + each, 0) / 16
    for (const [i, each] of scaled.entries()) near(column(folded, i), each - mean, 1e-12, `row ${i}`)
    assert.deepEqual(ovOf(folded).right, ovOf(raw).right)
  }))

test('what there is no sense in is refused', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    await assert.rejects(circuits({ model, engine, offset: 2 }), {
      message:
        'circuits: an offset of 2 was asked for, but nothing turns the queries and keys of blocks.0.attention by their places. Leave it out.',
    })
    await assert.rejects(circuits({ model, engine, heads: [{ layer: 2 }] }), {
      message: 'circuits: there is no layer 2; the model has layers 0 to 1.',
    })
    await assert.rejects(circuits({ model, engine, heads: [{ head: 2 }] }), {
      message: 'circuits: there is no head 2; the model has heads 0 to 1.',
    })
    await assert.rejects(circuits({ model, engine, heads: [{ layer: 1, head: 2 }] }), {
      message: 'circuits: there is no head 2; layer 1 of the model has heads 0 to 1.',
    })
    await assert.rejects(circuits({ model, engine, heads: [{ part: 'cross', head: 0 }] }), {
      message: 'circuits: there is no cross attention; leave "cross" out.',
    })
  }))

test('weights that are no numbers are told by their name, before anything is decomposed', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    const said = 'circuits: the weight blocks.0.attention.query.weight has NaN in it. The weights may be damaged.'
    const [, query] = [...parametersOf(model)].find(([path]) => path === 'blocks.0.attention.query.weight') ?? []
    assert.ok(query)
    engine.set(query, (await engine.get(query)).fill(Number.NaN, 3, 4))
    await assert.rejects(circuits({ model, engine }), { message: said })
    await assert.rejects(composition({ model, engine, basis: 'folded' }), { message: said })
    const other = goldenModel(engine)
    const [path, table] = [...parametersOf(other)].find(([, { axes }]) => hasAxis(axes, 'vocab')) ?? []
    assert.ok(table)
    engine.set(table, (await engine.get(table)).fill(Infinity, 0, 1))
    await assert.rejects(vocabularyOf(other, engine), {
      message: `circuits: the weight ${path} has Infinity in it. The weights may be damaged.`,
    })
  }))

test('a matrix that is no numbers has no values', async () => {
  const one = { rows: 1, columns: 1, data: Float64Array.of(Number.NaN) }
  const message = 'circuits: a number of a matrix is NaN. The weights may be damaged.'
  for (const taken of [singularOf, singularValuesOf, eigenvaluesOf, symmetricOf])
    await assert.rejects(async () => taken(one), { message })
})

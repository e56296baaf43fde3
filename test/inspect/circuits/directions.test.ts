// Singular directions through the vocabulary: each is what its matrix does to it, the strongest first, turned by a rule.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { directions } from '../../../src/inspect/circuits/directions.ts'
import { headWeights, ovOf } from '../../../src/inspect/circuits/headWeights.ts'
import { frobenius, type Matrix, product, transposed } from '../../../src/inspect/circuits/matrix.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { goldenModel } from '../golden.ts'
import { bert, fill, llama, translator } from '../stream/models.ts'
import { near, weight } from './matrices.ts'

const engine = reference()

/** The numbers of all tokens, from both sides of a direction that has as many as there are tokens. */
const along = (top: readonly { token: number; value: number }[]): number[] =>
  top.toSorted((a, b) => a.token - b.token).map(({ value }) => value)

test('directions are singular: M Mᵀ gives them back σ² times, and they are turned so that the largest number is positive', async () => {
  const model = goldenModel(engine)
  const found = await directions({ model, engine, count: 3, top: 11, heads: [{ layer: 1, head: 0 }] })
  assert.deepEqual(
    found.map(({ kind, layer, number }) => `${kind} ${layer} ${number}`),
    ['ov', 'up', 'down'].flatMap((kind) => [0, 1, 2].map((number) => `${kind} 1 ${number}`)),
  )
  const [head] = await headWeights({ model, engine, heads: [{ layer: 1, head: 0 }] })
  const unembedding = await weight(engine, model, 'unembedding.weight')
  const gain = await weight(engine, model, 'blocks.1.mlpNorm.scale')
  const up = await weight(engine, model, 'blocks.1.mlp.up.weight')
  const scaled = { ...up, data: up.data.map((value, cell) => value * gain.data[Math.floor(cell / up.columns)]) }
  const matrices: Readonly<Record<string, Matrix>> = {
    ov: product(ovOf(head).left, ovOf(head).right),
    up: transposed(scaled),
    down: await weight(engine, model, 'blocks.1.mlp.down.weight'),
  }
  // v · W_U tells of v all that tokens can see.
  for (const { kind, singular, share, top, bottom } of found) {
    const m = matrices[kind]
    near(share, singular ** 2 / frobenius(m) ** 2, 1e-6, `share of ${kind}`)
    const values = along(top)
    assert.equal(values.length, 11)
    assert.ok(top[0].value >= -bottom[0].value, 'the largest number is positive')
    assert.deepEqual(along(bottom), values)
    // ‖M v‖ = σ for the v with these numbers: v is found among the singular vectors of a second way, M's own power iteration.
    const v = powered(m, singular)
    const tokens = product(v, unembedding).data
    const sign = Math.sign(tokens[top[0].token])
    for (const [i, value] of values.entries()) near(value, sign * tokens[i], 1e-5, `${kind} σ ${singular}, token ${i}`)
  }
})

/** The right singular vector of a singular value, by inverse iteration: (MᵀM − σ²(1 + ε))⁻¹ again and again. */
function powered(m: Matrix, singular: number): Matrix {
  const size = m.columns
  const square = product(transposed(m), m)
  for (let i = 0; i < size; i++) square.data[i * size + i] -= singular ** 2 * (1 + 1e-7) + 1e-9
  let v: Matrix = { rows: 1, columns: size, data: Float64Array.from({ length: size }, (_, i) => Math.cos(i + 1)) }
  for (let round = 0; round < 12; round++) {
    const data = solved(square, v.data)
    const length = Math.hypot(...data)
    v = { ...v, data: data.map((each) => each / length) }
  }
  return v
}

/** x with a · x = b, by elimination with pivots. */
function solved({ rows, data }: Matrix, b: Float64Array): Float64Array {
  const a = Array.from({ length: rows }, (_, i) => [...data.subarray(i * rows, (i + 1) * rows), b[i]])
  for (let i = 0; i < rows; i++) {
    const pivot = a.slice(i).reduce((best, row, j) => (Math.abs(row[i]) > Math.abs(a[best][i]) ? i + j : best), i)
    ;[a[i], a[pivot]] = [a[pivot], a[i]]
    for (let j = i + 1; j < rows; j++) {
      const factor = a[j][i] / a[i][i]
      for (let k = i; k <= rows; k++) a[j][k] -= factor * a[i][k]
    }
  }
  const x = new Float64Array(rows)
  for (let i = rows - 1; i >= 0; i--)
    x[i] = (a[i][rows] - a[i].slice(i + 1, rows).reduce((sum, each, j) => sum + each * x[i + 1 + j], 0)) / a[i][i]
  return x
}

test('gated MLPs have a gate too, encoders write to no logits, and what stands before the logits is said', async () => {
  const gated = llama().model
  fill(engine, gated)
  const kinds = async (model: AnyModel): Promise<string[]> => [
    ...new Set((await directions({ model, engine, count: 1 })).map(({ kind, part = '-' }) => `${part} ${kind}`)),
  ]
  assert.deepEqual(await kinds(gated), ['- ov', '- up', '- gate', '- down'])
  const two = translator().model
  fill(engine, two)
  assert.deepEqual(await kinds(two), ['decoder ov', 'cross ov', 'decoder up', 'decoder down'])
  await assert.rejects(
    directions({ model: bert().model, engine }),
    /^Error: circuits: between the last block and the logits/,
  )
})

// Attention weighted by what is looked at, against its formulas taken directly in double precision, and against the ledger.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { attentionSum } from '../../../src/inspect/heads/attentionSums.ts'
import { weightedAttention } from '../../../src/inspect/heads/weighted.ts'
import { patternLayers } from '../../../src/inspect/patternLayers.ts'
import { ledger } from '../../../src/inspect/stream/ledger.ts'
import { sizesOfValues } from '../../../src/model/inputValues.ts'
import { passOf } from '../../../src/model/pass.ts'
import { sizeOf } from '../../../src/tensor/axes.ts'
import { bert, type Case, fill, gpt2, llama, translator } from '../stream/models.ts'

const near = (found: number, expected: number, most: number): void =>
  assert.ok(Math.abs(found - expected) <= most, `${found} for ${expected}`)

type Vector = readonly number[]
const length = (vector: Vector): number => Math.hypot(...vector)
const sumOf = (vectors: readonly Vector[], width: number): number[] =>
  Array.from({ length: width }, (_, at) => vectors.reduce((sum, vector) => sum + vector[at], 0))

/** All of one attention of a model, by its formulas as they stand. */
function directly({ model, inputs }: Case, engine: ReturnType<typeof reference>, layer: number) {
  const { names } = passOf(model, sizesOfValues('test', model.reads, inputs))
  const sum = attentionSum(patternLayers(names, {})[layer], names)
  const { address, value, product, stream, norm } = sum
  assert.ok(product && stream)
  const { weight } = product
  const pattern = names.valueAt(`${address}.pattern`)
  const outputs = { pattern, value, stream, weight, ...(norm && { factor: norm.factor, gain: norm.gain ?? weight }) }
  const all = engine.run64({ outputs }, inputs)
  const numbers = (node: Parameters<typeof all.get>[0] | undefined) => (node ? (all.get(node) ?? []) : [])
  const [count, width] = [sizeOf(pattern.axes, 'position'), sizeOf(weight.axes, 'model')]
  const depth = sizeOf(weight.axes, 'value')
  const shared = sizeOf(value.axes, 'head')
  const heads = weight.axes.reduce((all, { name, size }) => (['head', 'group'].includes(name) ? all * size : all), 1)
  const written = (head: number, j: number): number[] => {
    const from = (j * shared + Math.floor((head * shared) / heads)) * depth
    return Array.from({ length: width }, (_, at) =>
      Array.from(
        { length: depth },
        (_, place) => numbers(value)[from + place] * numbers(weight)[(head * depth + place) * width + at],
      ).reduce((a, b) => a + b, 0),
    )
  }
  // Patterns lie as position, head, source.
  const share = (head: number, i: number, j: number): number => numbers(pattern)[(i * heads + head) * count + j]
  const behind = (vector: Vector, i: number): Vector => {
    if (!norm) return vector
    const mean = norm.isCentred ? vector.reduce((a, b) => a + b, 0) / width : 0
    return vector.map((x, at) => (x - mean) * numbers(norm.factor)[i] * (norm.gain ? numbers(norm.gain)[at] : 1))
  }
  const x = (i: number): Vector => Array.from({ length: width }, (_, at) => numbers(stream)[i * width + at])
  const ofHead = (head: number, i: number, j: number): Vector =>
    written(head, j).map((each) => share(head, i, j) * each)
  const together = (i: number, j: number): Vector =>
    sumOf(
      Array.from({ length: heads }, (_, head) => ofHead(head, i, j)),
      width,
    )
  const y = (i: number, j: number): Vector => (i === j ? sumOf([together(i, j), x(i)], width) : together(i, j))
  const mixing = (i: number): number => {
    const others = Array.from({ length: count }, (_, j) => j).filter((j) => j !== i)
    const [one, other] = [
      behind(
        sumOf(
          others.map((j) => y(i, j)),
          width,
        ),
        i,
      ),
      behind(y(i, i), i),
    ].map(length)
    return one / (one + other)
  }
  return { count, heads, ofHead, together, mixing, withStream: (i: number, j: number) => length(behind(y(i, j), i)) }
}

describe('weighted attention', () => {
  for (const [sort, norm] of [
    [gpt2, 'none'],
    [llama, 'none'],
    [bert, 'layer'],
  ] as const) {
    const each = sort()
    test(`of ${each.name} is what its formulas say`, async () => {
      const engine = reference()
      fill(engine, each.model)
      const found = await weightedAttention({ model: each.model, engine, inputs: each.inputs, layers: [1] })
      const [{ heads, together, withStream, mixing, ...which }] = found
      assert.deepEqual(which, { layer: 1, address: which.address, norm })
      const formula = directly(each, engine, 1)
      assert.equal(heads.length, formula.heads)
      for (let i = 0; i < formula.count; i++) {
        near(mixing?.[i] ?? Number.NaN, formula.mixing(i), 1e-6)
        for (let j = 0; j < formula.count; j++) {
          const cell = i * formula.count + j
          near(together.data[cell], length(formula.together(i, j)), 1e-5)
          near(withStream?.data[cell] ?? Number.NaN, formula.withStream(i, j), 1e-5)
          for (const { head, data } of heads) near(data[cell], length(formula.ofHead(head, i, j)), 1e-5)
        }
      }
    })
  }

  test('adds up over the sources to what each head adds to the stream', async () => {
    for (const { model, inputs } of [gpt2(), llama()]) {
      const engine = reference()
      fill(engine, model)
      const all = await weightedAttention({ model, engine, inputs, vectors: true })
      const { rows, norm } = await ledger({ model, engine, inputs, numbers: true })
      const position = inputs.ids.length - 1
      for (const { layer, heads } of all)
        for (const { head, vectors } of heads) {
          const row = rows.find((each) => each.part === 'attention' && each.layer === layer && each.head === head)
          const [{ size }, , { size: width }] = vectors?.axes ?? []
          const own = vectors?.data.subarray(position * size * width) ?? []
          assert.equal(row?.numbers?.length, width)
          for (const [at, number] of row?.numbers?.entries() ?? []) {
            let sum = 0
            for (let j = 0; j < size; j++) sum += own[j * width + at]
            near(sum, number, 1e-5 * norm)
          }
        }
    }
  })

  test('of one token mixes in nothing', async () => {
    for (const { model } of [gpt2(), bert()]) {
      const engine = reference()
      fill(engine, model)
      for (const { mixing } of await weightedAttention({ model, engine, inputs: { ids: [3] } }))
        assert.deepEqual([...(mixing ?? [])], [0])
    }
  })

  test('across is without the stream, since it looks at another text', async () => {
    const { model, inputs } = translator()
    const engine = reference()
    fill(engine, model)
    const found = await weightedAttention({ model, engine, inputs, layers: [0], heads: [1] })
    assert.deepEqual(
      found.map(({ part, norm, withStream, heads }) => [part, norm, withStream !== undefined, heads.length]),
      [
        ['encoder', 'layer', true, 1],
        ['decoder', 'layer', true, 1],
        ['cross', 'none', false, 1],
      ],
    )
    assert.deepEqual(found[2].together.axes, [
      { name: 'position', size: 7 },
      { name: 'source', size: 4 },
    ])
  })

  test('knows edits of patterns and values, and refuses those behind them', async () => {
    const { model, inputs } = gpt2()
    const engine = reference()
    fill(engine, model)
    const asked = { model, engine, inputs, layers: [0] }
    const edits = [{ at: 'blocks.0.attention.value {head: 1}', to: 0 }]
    const [{ heads }] = await weightedAttention({ ...asked, edits })
    assert.deepEqual(
      heads.map(({ data }) => data.some((each) => each !== 0)),
      [true, false, true],
    )
    await assert.rejects(weightedAttention({ ...asked, edits: [{ at: 'blocks.0.attention.mixed', to: 0 }] }), {
      message:
        'heads: blocks.0.attention.output is no longer made of the values that its heads look at. Leave out the edits of its mixed values and its output.',
    })
    await assert.rejects(weightedAttention({ ...asked, limit: 1000 }), {
      message: /^heads: weighted attention would have 1960 bytes, but the limit is 1000 bytes\. Give a shorter text/,
    })
  })
})

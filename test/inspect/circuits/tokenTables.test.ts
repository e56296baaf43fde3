// Circuits between tokens, against numbers of others, whole products, and a head whose answer is known.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { circuits } from '../../../src/inspect/circuits/circuits.ts'
import { eigenvaluesOf, positiveShare } from '../../../src/inspect/circuits/decompositions.ts'
import { headWeights, ovOf, qkOf } from '../../../src/inspect/circuits/headWeights.ts'
import { type Matrix, product, transposed } from '../../../src/inspect/circuits/matrix.ts'
import { type TokenTable, tokenTables } from '../../../src/inspect/circuits/tokenTables.ts'
import type { Decoder } from '../../../src/model/decoder.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import { goldenModel } from '../golden.ts'
import { handBuiltInduction } from '../handBuilt.ts'
import { bert, fill, llama, noBlocks, translator } from '../stream/models.ts'
import { near, weight, within } from './matrices.ts'

const whole = { isWhole: true } as const

test('eigenvalues between tokens of the golden model', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    const { heads } = await circuits({ model, engine })
    for (const [i, wanted] of [0.035329, -0.26744, -0.264933, 0.127559].entries())
      near(heads[i].tokens.ov, wanted, 1e-6, `ov ${i}`)
    const { tables } = await tokenTables({ model, engine, kinds: ['ov', 'qk'], ...whole })
    assert.equal(tables.length, 8)
    for (const { kind, head, positive, values } of tables) {
      const row = heads.find(({ address, head: number }) => address === head?.address && number === head.head)
      near(positive, row?.tokens[kind as 'ov'] ?? Number.NaN, 0, `${kind} ${head?.address}`)
      const data = Float64Array.from(values?.data ?? [])
      const all = await eigenvaluesOf({ rows: 11, columns: 11, data })
      near(positive, positiveShare(all), 1e-5, `the whole of ${kind} ${head?.address}`)
    }
  }))

test('a table is the whole product, its rows and its strongest cells are those, and tokens may be asked for', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    const embedding = await weight(engine, model, 'embedding.token')
    const unembedding = await weight(engine, model, 'unembedding.weight')
    const [head] = await headWeights({ model, engine, heads: [{ layer: 1, head: 1 }] })
    const [ov, qk] = [ovOf(head), qkOf(head)]
    const wanted = {
      ov: product(product(product(embedding, ov.left), ov.right), unembedding),
      qk: product(product(product(embedding, qk.left), qk.right), transposed(embedding)),
    }
    const asked = { model, engine, heads: [{ layer: 1, head: 1 }], top: 3 }
    const { tables } = await tokenTables({ ...asked, ...whole })
    assert.deepEqual(
      tables.map(({ kind }) => kind),
      ['ov', 'qk'],
    )
    for (const { kind, values, rows, strongest, weakest } of tables) {
      const { data } = wanted[kind as 'ov']
      for (const [cell, value] of data.entries()) near(values?.data[cell], value, 1e-6, `${kind} ${cell}`)
      const sorted = [...data].sort((a, b) => b - a)
      for (let i = 0; i < 3; i++) {
        near(strongest[i].value, sorted[i], 1e-6, 'strongest')
        near(data[strongest[i].row * 11 + strongest[i].column], sorted[i], 0, 'its cell')
        near(weakest[i].value, sorted[120 - i], 1e-6, 'weakest')
      }
      assert.equal(rows.length, 11)
      const fifth = [...data.subarray(55, 66)]
      assert.equal(rows[5].top[0].token, fifth.indexOf(Math.max(...fifth)))
      assert.equal(rows[5].bottom[0].token, fifth.indexOf(Math.min(...fifth)))
    }
    const some = await tokenTables({ ...asked, tokens: [9, 5], ...whole })
    assert.deepEqual(
      some.tables.map(({ rows }) => rows),
      tables.map(({ rows }) => [rows[9], rows[5]]),
    )
    assert.deepEqual(some.tables[0].besides, [
      'blocks.1.attention.value.bias',
      'blocks.1.attention.output.bias',
      'unembedding.bias',
    ])
  }))

test('folded, the last norm is in what is written: a table gives the logits but for the scale of each position', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    const settings = { model, engine, basis: 'folded', heads: [{ layer: 0, head: 1 }], kinds: ['ov'] } as const
    const [{ values }] = (await tokenTables({ ...settings, ...whole })).tables
    const embedding = await weight(engine, model, 'embedding.token')
    const unembedding = await weight(engine, model, 'unembedding.weight')
    const norm = {
      first: (await weight(engine, model, 'blocks.0.attentionNorm.scale')).data,
      last: (await weight(engine, model, 'norm.scale')).data,
    }
    const centred = ({ rows, columns, data }: Matrix, gain: Float64Array): Matrix => {
      const out = data.slice()
      for (let i = 0; i < rows; i++) {
        const mean = out.subarray(i * columns, (i + 1) * columns).reduce((sum, each) => sum + each, 0) / columns
        for (let j = 0; j < columns; j++) out[i * columns + j] = (out[i * columns + j] - mean) * gain[j]
      }
      return { rows, columns, data: out }
    }
    const [head] = await headWeights({ model, engine, heads: [{ layer: 0, head: 1 }] })
    const written = product(product(centred(embedding, norm.first), head.value), head.output)
    const wanted = product(centred(written, norm.last), unembedding)
    for (const [cell, value] of wanted.data.entries()) near(values?.data[cell], value, 1e-6, `${cell}`)
  }))

test('the hand-built induction head looks for its own token and copies it: both scores are 1, both tables diagonal', () =>
  within(async (engine) => {
    const vocab = 7
    const model = handBuiltInduction(engine, { vocab, context: 9 })
    const { heads } = await circuits({ model, engine })
    near(heads[1].tokens.ov, 1, 1e-9, 'copies')
    near(heads[1].ov.positive, 1, 1e-9, 'its own OV')
    const { tables } = await tokenTables({ model, engine, heads: [{ layer: 1 }], kinds: ['ov'], ...whole })
    const { data } = tables[0].values ?? { data: [] }
    for (const [cell, value] of data.entries()) {
      const [row, column] = [Math.floor(cell / (vocab + 1)), cell % (vocab + 1)]
      assert.equal(value, row === column && row < vocab ? 30 : 0)
    }
  }))

test('tokens in another order have the same tables in that order', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    const before = await tokenTables({ model, engine, ...whole })
    const order = [4, 0, 9, 10, 2, 7, 1, 3, 8, 6, 5]
    const { embedding, unembedding } = model as Decoder & { unembedding: { weight: never } }
    const rows = await engine.get(embedding.token)
    engine.set(
      embedding.token,
      order.flatMap((id) => [...rows.subarray(id * 16, (id + 1) * 16)]),
    )
    const columns = await engine.get(unembedding.weight)
    engine.set(
      unembedding.weight,
      columns.map((_, cell) => columns[Math.floor(cell / 11) * 11 + order[cell % 11]]),
    )
    const after = await tokenTables({ model, engine, ...whole })
    for (const [i, { values, strongest, positive }] of after.tables.entries()) {
      const was = before.tables[i]
      for (let row = 0; row < 11; row++)
        for (let column = 0; column < 11; column++)
          near(
            values?.data[row * 11 + column],
            was.values?.data[order[row] * 11 + order[column]] ?? Number.NaN,
            1e-6,
            `${row}, ${column}`,
          )
      assert.equal(order[strongest[0].row], was.strongest[0].row)
      if (positive !== undefined) near(positive, was.positive ?? Number.NaN, 1e-6, 'score')
    }
  }))

const kindsOf = (tables: readonly TokenTable[]): string[] => [
  ...new Set(tables.map(({ kind, head, from, to }) => `${head?.part ?? '-'} ${kind}: ${from} → ${to}`)),
]

test('an encoder looks at tokens, and across a decoder asks for them and gives them on', () =>
  within(async (engine) => {
    const { model } = translator()
    fill(engine, model)
    const { tables } = await tokenTables({ model, engine })
    const token = 'encoder.embedding.token'
    assert.deepEqual(kindsOf(tables), [
      `- direct: ${token} → ${token}`,
      `encoder qk: ${token} → ${token}`,
      `decoder ov: ${token} → ${token}`,
      `decoder qk: ${token} → ${token}`,
      `cross ov: ${token} → ${token}`,
      `cross qk: ${token} → ${token}`,
    ])
    // Embeddings are multiplied by √d at every end that embeds.
    const [{ values }] = (await tokenTables({ model, engine, kinds: ['direct'], ...whole })).tables
    const rows = await weight(engine, model, token)
    const wanted = product(rows, transposed(rows)).data[1] * Math.sqrt(12)
    near(values?.data[1], wanted, 1e-5, 'the direct path')
  }))

test('with shared heads and turned queries, a table is that of a distance', () =>
  within(async (engine) => {
    const { model } = llama()
    fill(engine, model)
    const settings = { model, engine, heads: [{ layer: 0, head: 3 }], kinds: ['qk'], ...whole } as const
    const [content] = (await tokenTables(settings)).tables
    const [here] = (await tokenTables({ ...settings, offset: 0 })).tables
    const [away] = (await tokenTables({ ...settings, offset: 3 })).tables
    near(here.values?.data[5], content.values?.data[5] ?? Number.NaN, 1e-6, 'at no distance')
    assert.ok(Math.abs((away.values?.data[5] ?? 0) - (content.values?.data[5] ?? 0)) > 1e-3)
  }))

test('what there is no sense in is refused', () =>
  within(async (engine) => {
    const model = goldenModel(engine)
    await assert.rejects(tokenTables({ model, engine, tokens: [11] }), {
      message: 'circuits: there is no token with the id 11; the vocabulary has 0 to 10.',
    })
    await assert.rejects(tokenTables({ model: noBlocks().model, engine, heads: [{ layer: 0 }] }), {
      message:
        'circuits: the model has no attention, so that it has no heads. What it says is its direct path, W_E · W_U: see tokenTables.',
    })
    const masked = bert().model
    const { tables } = await tokenTables({ model: masked, engine })
    assert.ok(tables.every(({ kind }) => kind === 'qk'))
    await assert.rejects(tokenTables({ model: masked, engine, kinds: ['ov'] }), {
      message:
        'circuits: between the last block and the logits stands a layer of its own, so that no head writes to the logits by weights alone. Ask for QK, or for a model that unembeds its stream.',
    })
    const large = new GPT2({ vocab: 2 ** 21, context: 4, layer: 1, head: 1, model: 4, hidden: 4 })
    await assert.rejects(tokenTables({ model: large, engine, kinds: ['ov', 'qk'] }), {
      message:
        'circuits: 2 tables of 2,097,152 × 2,097,152 tokens would take 3.5e+13 multiplications, more than 8.8e+12. Ask for fewer heads, or for single tokens.',
    })
  }))

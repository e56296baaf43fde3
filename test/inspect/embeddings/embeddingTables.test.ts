// The tables of tokens that models of every architecture have, and the vectors that are read from them.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { reference } from '../../../src/engine/reference.ts'
import { embeddingTables, readEmbedding } from '../../../src/inspect/embeddings/embeddingTables.ts'
import { Bert, MaskedBert } from '../../../src/model/bert.ts'
import { EncoderDecoder } from '../../../src/model/encoderDecoder.ts'
import { GPT2 } from '../../../src/model/gpt2.ts'
import type { AnyModel } from '../../../src/model/language.ts'
import { Llama } from '../../../src/model/llama.ts'
import { parametersOf } from '../../../src/tensor/names.ts'
import { goldenModel } from '../golden.ts'

const sizes = { vocab: 9, context: 8, layer: 1, head: 2, model: 4, hidden: 8 }
const half = { layer: 1, head: 2 }

const told = (model: AnyModel): string[] =>
  embeddingTables(model).map(({ address, inputs, isUnembedding, count, width }) =>
    [address, ...inputs, ...(isUnembedding ? ['out'] : []), `${count} × ${width}`].join(' '),
  )

describe('tables of tokens', () => {
  test('are found in every architecture, tied or apart', () => {
    assert.deepEqual(told(new GPT2(sizes)), ['embedding.token ids out 9 × 4'])
    assert.deepEqual(told(new Llama(sizes)), ['embedding.token ids 9 × 4', 'unembedding.weight out 9 × 4'])
    assert.deepEqual(told(new Llama({ ...sizes, isTied: true })), ['embedding.token ids out 9 × 4'])
    assert.deepEqual(told(new Bert(sizes)), ['embedding.token ids 9 × 4'])
    assert.deepEqual(told(new MaskedBert(sizes)), ['bert.embedding.token ids out 9 × 4'])
    assert.deepEqual(told(new EncoderDecoder({ vocab: 9, context: 8, model: 4, encoder: half, decoder: half })), [
      'encoder.embedding.token ids source out 9 × 4',
    ])
  })

  test('are read row by row, whatever the order in which the weight has its axes', async () => {
    const engine = reference()
    const model = goldenModel(engine)
    const weights = parametersOf(model)
    for (const { address, count, width } of embeddingTables(model)) {
      const { table, vectors } = await readEmbedding({ model, engine, address })
      assert.deepEqual([table.address, vectors.count, vectors.width], [address, count, width])
      const weight = weights.get(address)
      assert.ok(weight)
      const held = await engine.get(weight)
      const isTurned = weight.axes[0].name !== 'vocab'
      for (const [id, i] of [
        [0, 0],
        [3, 5],
        [count - 1, width - 1],
      ])
        assert.equal(vectors.row(id)[i], held[isTurned ? i * count + id : id * width + i])
    }
    const orders = embeddingTables(model).map(({ address }) => weights.get(address)?.axes.map(({ name }) => name))
    assert.deepEqual(orders, [
      ['vocab', 'model'],
      ['model', 'vocab'],
    ])
  })

  test('of another name are refused, and those there are are named', async () => {
    const engine = reference()
    await assert.rejects(readEmbedding({ model: goldenModel(engine), engine, address: 'embeding.token' }), {
      message:
        'embeddings: "embeding.token" is no table of tokens. Did you mean "embedding.token"? There are embedding.token, unembedding.weight.',
    })
  })
})

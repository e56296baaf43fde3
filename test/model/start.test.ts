import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { TokenEmbedding } from '../../src/model/embedding.ts'
import { GPT2 } from '../../src/model/gpt2.ts'
import { LearnedPositions } from '../../src/model/positions.ts'
import { initialValues } from '../../src/model/start.ts'
import type { Start } from '../../src/tensor/node.ts'

const config = { vocab: 50, context: 16, layer: 2, head: 2, model: 32 }

function moments(values: Float32Array): { mean: number; deviation: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return { mean, deviation: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length) }
}

describe('initial values', () => {
  const values = initialValues(new GPT2(config), 7)

  test('are zeros, ones or normal', () => {
    assert.ok(values.get('blocks.1.attention.query.bias')?.every((x) => x === 0))
    assert.ok(values.get('norm.scale')?.every((x) => x === 1))
    const { mean, deviation } = moments(values.get('embedding.token') ?? new Float32Array())
    assert.ok(Math.abs(mean) < 0.002, `mean ${mean}`)
    assert.ok(Math.abs(deviation - 0.02) < 0.001, `deviation ${deviation}`)
  })

  test('of the tables have the spread that these were given', () => {
    const sizes = { context: 60, vocab: 60, model: 40 }
    const spreads = (start?: Start): number[] => {
      const tables = {
        token: new TokenEmbedding({ ...sizes, start }),
        place: new LearnedPositions({ ...sizes, start }),
      }
      return [...initialValues(tables, 7).values()].map((values) => moments(values).deviation)
    }
    const [usual, wide] = [spreads(), spreads({ normal: 0.5 })]
    assert.deepEqual(
      usual.map((spread) => spread.toFixed(2)),
      ['0.02', '0.02'],
    )
    for (const [i, spread] of wide.entries())
      assert.ok(Math.abs(spread / usual[i] - 25) < 1e-4, `${spread}, ${usual[i]}`)
  })

  test('have nothing to do with their neighbours', () => {
    const token = values.get('embedding.token') ?? new Float32Array()
    const products = token.slice(1).map((x, i) => (x * token[i]) / 0.02 ** 2)
    assert.ok(Math.abs(moments(products).mean) < 0.1, `${moments(products).mean}`)
  })

  test('are smaller for what adds to the stream, by the root of the number of additions', () => {
    for (const path of ['blocks.0.mlp.down.weight', 'blocks.1.attention.output.weight']) {
      const { deviation } = moments(values.get(path) ?? new Float32Array())
      assert.ok(Math.abs(deviation - 0.02 / Math.sqrt(4)) < 0.001, `${path}: ${deviation}`)
    }
  })

  test('depend on the seed, the path and the cell alone', () => {
    assert.deepEqual(initialValues(new GPT2(config), 7), values)
    assert.notDeepEqual(initialValues(new GPT2(config), 8).get('embedding.token'), values.get('embedding.token'))
    const deeper = initialValues(new GPT2({ ...config, layer: 3, vocab: 60 }), 7)
    assert.deepEqual(deeper.get('blocks.1.attention.key.weight'), values.get('blocks.1.attention.key.weight'))
    const token = values.get('embedding.token') ?? []
    assert.deepEqual(deeper.get('embedding.token')?.slice(0, token.length), token)
    assert.notDeepEqual(values.get('blocks.0.attention.query.weight'), values.get('blocks.0.attention.key.weight'))
  })
})

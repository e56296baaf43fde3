// The data of <attention-view>: every form becomes a provider that gives the same numbers.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { AttentionData } from '../../../src/show/attentionView/data.ts'
import { packedKind } from '../../../src/show/attentionView/packing.ts'
import { fromBytes, pooledCells, thumbnailsOf } from '../../../src/show/attentionView/pooling.ts'
import { providerOf } from '../../../src/show/attentionView/provider.ts'

/** Numbers from 0 to 1, always the same. */
function drawn(count: number): Float32Array {
  let state = 7
  return Float32Array.from({ length: count }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  })
}

const wordsOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${i}`)

describe('heads made small', () => {
  test('keep of each square the number that is farthest from zero, with its sign', () => {
    const values = Float32Array.from([0.1, -0.9, Number.NaN, Number.NaN, 0.3, 0.2, Number.NaN, 0.4, 0, 0, 0, -0.5])
    const region = { row: 0, column: 0, rows: 3, columns: 4 }
    assert.deepEqual(pooledCells(values, 4, { ...region, step: 2 }), Float32Array.from([-0.9, 0.4, 0, -0.5]))
    assert.deepEqual(pooledCells(values, 4, { row: 1, column: 1, rows: 1, columns: 3, step: 1 }), values.slice(5, 8))
    assert.deepEqual(
      pooledCells(Float32Array.from([Number.NaN, Number.NEGATIVE_INFINITY]), 2, {
        row: 0,
        column: 0,
        rows: 1,
        columns: 2,
        step: 2,
      }),
      Float32Array.of(Number.NaN),
    )
  })

  test('have at most 64 rows and columns, whose bytes give amounts back to the step of their roots', async () => {
    const values = drawn(200 * 130)
    const { bytes, rows, columns, most } = await thumbnailsOf([values, values.map((value) => -value)], {
      rows: 200,
      columns: 130,
    })
    assert.deepEqual([rows, columns, bytes.length], [50, 33, 2 * 50 * 33])
    assert.equal(most, Math.max(...values))
    const small = pooledCells(values, 130, { row: 0, column: 0, rows: 200, columns: 130, step: 4 })
    const given = fromBytes(bytes, most)
    for (const [i, value] of small.entries()) {
      assert.ok(Math.abs(Math.sqrt(given[i]) - Math.sqrt(value)) <= 0.5 / 127 + 1e-6, `${given[i]} for ${value}`)
      assert.equal(given[small.length + i], -given[i])
    }
  })
})

describe('providers', () => {
  const values = drawn(2 * 3 * 25)
  const plain: AttentionData = { tokens: wordsOf(5), layers: 2, heads: 3, values }

  test('of one array give each of its heads', async () => {
    const provider = providerOf(plain)
    assert.deepEqual(
      [provider.kinds, provider.layers, provider.heads],
      [['self'], { self: [0, 1] }, { self: [0, 1, 2] }],
    )
    assert.deepEqual(await provider.head('self', 1, 2, 'pattern'), values.slice(125))
    assert.equal((await provider.thumbnails('self', 'pattern')).bytes.length, values.length)
  })

  test('leave out what comes later, where nothing later is seen', async () => {
    const causal = Float32Array.of(1, 0, 0.25, 0.75)
    const provider = providerOf({ tokens: ['a', 'b'], layers: [3], heads: [1], values: causal })
    assert.deepEqual(await provider.head('self', 3, 1, 'pattern'), Float32Array.of(1, Number.NaN, 0.25, 0.75))
  })

  test('of packed heads give three digits of every number, of any size and sign', async () => {
    const wide = Float32Array.from(drawn(4 * 15), (value, i) => (i === 7 ? Number.NaN : (i % 2 ? -8 : 8) * value ** 12))
    const packed = await packedKind({ kind: 'cross', quantity: 'scores', layers: [0, 5], heads: [1, 2], values: wide })
    const provider = providerOf({ tokens: wordsOf(3), sources: wordsOf(5), packed: [packed] })
    const given = await provider.head('cross', 5, 1, 'scores')
    const most = Math.max(...wide.map((value) => Math.abs(value) || 0))
    for (const [i, value] of given.entries()) {
      const own = wide[30 + i]
      if (Math.abs(own) > most * 2 ** -14) assert.ok(Math.abs(value / own - 1) < 2 ** -11, `${value} for ${own}`)
      else assert.ok(Math.abs(value - own) <= most * 2 ** -25, `${value} for ${own}`)
    }
    const first = await provider.head('cross', 0, 1, 'scores')
    assert.ok(Number.isNaN(first[7]) && !first.some((value, i) => Number.isNaN(value) && i !== 7))
    const bytes = await packedKind({ kind: 'self', quantity: 'pattern', layers: [0], heads: [0], values: causalRow }, 8)
    const coarse = providerOf({ tokens: ['a', 'b'], packed: [bytes] })
    assert.deepEqual(await coarse.head('self', 0, 0, 'pattern'), Float32Array.of(1, Number.NaN, 0, 1))
  })
  const causalRow = Float32Array.of(1, Number.NaN, 0, 1)

  test('say what does not fit', async () => {
    const wrong = { ...plain, heads: 4 } as AttentionData
    assert.throws(() => providerOf(wrong), {
      message:
        'attention-view: 150 values for 2 layers × 4 heads × 5 positions × 5 sources, which are 200. Give one value for each.',
    })
    assert.throws(() => providerOf({ ...plain, tokens: [] }), {
      message: 'attention-view: data has no tokens. Give a list of one text for each position.',
    })
    assert.throws(() => providerOf({ tokens: ['a'], kinds: [], layers: 1, heads: 1, thumbnails: fail, head: fail }), {
      message: 'attention-view: the provider has no kinds. Give `kinds`: some of self, encoder, decoder, cross.',
    })
  })
})

function fail(): never {
  throw new Error('nothing is to be asked')
}

// Weight-name tables: both directions, and the one error that lists everything that does not fit.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { weightSizes } from '../../src/checkpoint/engineWeights.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import type { WeightAxes } from '../../src/checkpoint/rearrange.ts'
import type { StoredTensor } from '../../src/checkpoint/safetensors.ts'
import { fromCheckpoint, toCheckpoint, type Weight } from '../../src/checkpoint/weights.ts'
import type { WeightTable } from '../../src/checkpoint/weightTable.ts'
import { countingWeights, sizesOf, tiny } from './tiny.ts'

const table = gpt2.blueprint(tiny).table
const sizes = sizesOf(tiny)
const weights = countingWeights(sizes)
const none = new Map<string, { dtype: string; shape: readonly number[] }>()
const read = (tensors: Map<string, StoredTensor>, others = none) => fromCheckpoint({ tensors, others }, table, sizes)

/** The number of one weight at a place on its axes. */
function at({ sizes, data }: Weight, place: Record<string, number>): number {
  let offset = 0
  for (const [axis, size] of Object.entries(sizes)) offset = offset * size + place[axis]
  return data[offset]
}

function weight(path: string): Weight {
  const found = weights.get(path)
  assert.ok(found, path)
  return found
}

describe('GPT-2', () => {
  const tensors = toCheckpoint(weights, table)

  test('has the paths and axes that are written out here', () => {
    assert.deepEqual(new Map([...weightSizes(gpt2.blueprint(tiny).build())].toSorted()), new Map([...sizes].toSorted()))
  })

  test('has the names and shapes of Hugging Face', () => {
    assert.equal(tensors.size, 2 + 12 * 2 + 2)
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]))
    assert.deepEqual(shapes['transformer.wte.weight'], [11, 8])
    assert.deepEqual(shapes['transformer.wpe.weight'], [6, 8])
    assert.deepEqual(shapes['transformer.h.1.attn.c_attn.weight'], [8, 24])
    assert.deepEqual(shapes['transformer.h.1.attn.c_attn.bias'], [24])
    assert.deepEqual(shapes['transformer.h.1.attn.c_proj.weight'], [8, 8])
    assert.deepEqual(shapes['transformer.h.0.mlp.c_fc.weight'], [8, 12])
    assert.deepEqual(shapes['transformer.h.0.mlp.c_proj.weight'], [12, 8])
    assert.deepEqual(shapes['transformer.ln_f.bias'], [8])
  })

  test('c_attn holds queries, keys and values side by side, head after head', () => {
    const stored = tensors.get('transformer.h.1.attn.c_attn.weight')
    for (const [i, part] of ['query', 'key', 'value'].entries()) {
      const own = weight(`blocks.1.attention.${part}.weight`)
      const last = part === 'value' ? 'value' : 'key'
      for (let model = 0; model < 8; model++) {
        for (let head = 0; head < 2; head++) {
          for (let key = 0; key < 4; key++) {
            assert.equal(stored?.data[model * 24 + i * 8 + head * 4 + key], at(own, { model, head, [last]: key }))
          }
        }
      }
    }
  })

  test('comes back to the bit, with the prefix and without', () => {
    const bare = new Map([...tensors].map(([name, tensor]) => [name.replace('transformer.', ''), tensor]))
    for (const found of [read(tensors), read(bare)]) {
      assert.deepEqual([...found.keys()], [...weights.keys()])
      assert.deepEqual(found, weights)
    }
  })

  test('masks are passed over, whatever they are made of', () => {
    const mask = { shape: [1, 1, 6, 6], data: new Float32Array(36) }
    const more = new Map([...tensors, ['transformer.h.0.attn.bias', mask], ['h.1.attn.bias', mask]])
    const others = new Map([['transformer.h.0.attn.masked_bias', { dtype: 'BOOL', shape: [] }]])
    assert.deepEqual(read(more, others), weights)
  })

  test('an unembedding must be the token embedding', () => {
    const embedding = tensors.get('transformer.wte.weight') ?? { shape: [], data: new Float32Array() }
    const same = { shape: embedding.shape, data: embedding.data.slice() }
    assert.deepEqual(read(new Map([...tensors, ['lm_head.weight', same]])), weights)
    same.data[3] += 1
    assert.throws(() => read(new Map([...tensors, ['lm_head.weight', same]])), {
      message:
        'weights: 1 tensor does not fit the model.\n' +
        '  different: lm_head.weight must be the same as transformer.wte.weight, but is not.\n' +
        '  Take the config.json that was saved with these weights.',
    })
  })
})

describe('what does not fit', () => {
  test('is one list: missing, of another shape, unreadable, unknown', () => {
    const tensors = toCheckpoint(weights, table)
    const rename = (from: string, to: string): void => {
      const tensor = tensors.get(from)
      assert.ok(tensor, from)
      tensors.delete(from)
      tensors.set(to, tensor)
    }
    rename('transformer.ln_f.weight', 'transformer.ln_g.weight')
    for (const layer of [0, 1]) tensors.delete(`transformer.h.${layer}.mlp.c_fc.bias`)
    tensors.delete('transformer.h.1.ln_2.bias')
    tensors.set('transformer.wte.weight', { shape: [12, 8], data: new Float32Array(96) })
    tensors.set('transformer.h.2.ln_1.weight', { shape: [8], data: new Float32Array(8) })
    tensors.set('transformer.h.3.ln_1.weight', { shape: [8], data: new Float32Array(8) })
    tensors.set('transformer.h.5.ln_1.weight', { shape: [8], data: new Float32Array(8) })
    tensors.set('a\u001b[2Jb', { shape: [1], data: new Float32Array(1) })
    const others = new Map([['transformer.h.1.ln_2.bias', { dtype: 'I8', shape: [8] }]])
    assert.throws(() => fromCheckpoint({ tensors, others }, table, sizes, 'model.safetensors'), {
      message: [
        'model.safetensors: 10 tensors do not fit the model.',
        '  other shape: transformer.wte.weight is (12, 8), but embedding.token (vocab 11, model 8) takes (11, 8).',
        '  unreadable: transformer.h.{layer}.ln_2.bias holds I8, not floating point numbers, for layer 1.',
        '  missing: transformer.h.{layer}.mlp.c_fc.bias; blocks.{layer}.mlp.up.bias (hidden 12) takes (12), for layer 0 to 1.',
        '  missing: transformer.ln_f.weight; norm.scale (model 8) takes (8). Did you mean "transformer.ln_g.weight"?',
        '  unknown: transformer.ln_g.weight (8).',
        '  unknown: transformer.h.{layer}.ln_1.weight (8), for layer 2 to 3, 5.',
        '  unknown: a\\u001b[2Jb (1).',
        '  Take the config.json that was saved with these weights.',
      ].join('\n'),
    })
  })

  test('stacked weights are named together', () => {
    const tensors = toCheckpoint(weights, table)
    tensors.set('transformer.h.0.attn.c_attn.bias', { shape: [16], data: new Float32Array(16) })
    assert.throws(() => read(tensors), {
      message:
        'weights: 1 tensor does not fit the model.\n' +
        '  other shape: transformer.h.{layer}.attn.c_attn.bias is (16), but blocks.{layer}.attention.query.bias (head 2, key 4) + ' +
        'blocks.{layer}.attention.key.bias (head 2, key 4) + blocks.{layer}.attention.value.bias (head 2, value 4) takes (24), for layer 0.\n' +
        '  Take the config.json that was saved with these weights.',
    })
  })

  test('a file of another kind of model gives a list of bearable length', () => {
    const tensors = new Map(
      Array.from({ length: 10_000 }, (_, i) => [`model${i}.weight`, { shape: [1], data: new Float32Array(1) }]),
    )
    assert.throws(
      () => read(tensors),
      (error: Error) => {
        assert.match(error.message, /^weights: 10028 tensors do not fit the model\.\n/)
        assert.equal(error.message.split('\n').length, 43)
        return true
      },
    )
  })
})

describe('tables', () => {
  test('axes in another order are transposed, as Llama and PyTorch store them', () => {
    const linear: WeightTable = {
      prefix: 'model.',
      rows: [
        { name: 'q_proj.weight', of: { query: '(head key) model' } },
        { name: 'odd', of: { odd: 'c (a d) b' } },
      ],
      ignored: [],
      copies: {},
    }
    const own = new Map<string, WeightAxes>([
      ['query', { model: 3, head: 2, key: 5 }],
      ['odd', { a: 2, b: 3, c: 4, d: 5 }],
    ])
    const ours = countingWeights(own)
    const tensors = toCheckpoint(ours, linear)
    const stored = tensors.get('model.q_proj.weight')
    assert.deepEqual(stored?.shape, [10, 3])
    const query = ours.get('query')
    assert.ok(query)
    for (let head = 0; head < 2; head++) {
      for (let key = 0; key < 5; key++) {
        for (let model = 0; model < 3; model++) {
          assert.equal(stored.data[(head * 5 + key) * 3 + model], at(query, { model, head, key }))
        }
      }
    }
    assert.deepEqual(tensors.get('model.odd')?.shape, [4, 10, 3])
    assert.deepEqual(fromCheckpoint({ tensors, others: none }, linear, own), ours)
  })

  test('weights may be stacked along any dimension', () => {
    const own = new Map<string, WeightAxes>([
      ['a', { x: 2, y: 3, z: 4 }],
      ['b', { x: 2, y: 5, z: 4 }],
    ])
    const ours = countingWeights(own)
    const stacked: WeightTable = {
      prefix: '',
      rows: [{ name: 'ab', of: { a: 'z y x', b: 'z y x' }, stackedAlong: 1 }],
      ignored: [],
      copies: {},
    }
    const tensors = toCheckpoint(ours, stacked)
    assert.deepEqual(tensors.get('ab')?.shape, [4, 8, 2])
    assert.deepEqual(fromCheckpoint({ tensors, others: none }, stacked, own), ours)
  })

  test('numbers in the same order are not copied', () => {
    const tensors = toCheckpoint(weights, table)
    assert.equal(tensors.get('transformer.wte.weight')?.data, weight('embedding.token').data)
    assert.equal(read(tensors).get('embedding.token')?.data, weight('embedding.token').data)
  })

  test('a table that does not fit the model is an error of its own', () => {
    const extra = countingWeights(new Map([...sizes, ['blocks.0.gate', { model: 8 }]]))
    assert.throws(() => toCheckpoint(extra, table), {
      message: 'weights: the table has no row for blocks.0.gate. Add one for each, or it would not be saved.',
    })
    const wrong = countingWeights(new Map(sizes).set('embedding.token', { vocab: 11, width: 8 }))
    assert.throws(() => toCheckpoint(wrong, table), {
      message:
        'weights: the table gives embedding.token the axes (vocab, model), but it has (vocab, width). Correct the row.',
    })
  })
})

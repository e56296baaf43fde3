// From files into an engine: every dtype, every way of keeping weights, transposed, stacked, padded, in several pieces.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pieceBytes } from '../../src/checkpoint/desk.ts'
import { loadWeights } from '../../src/checkpoint/loadWeights.ts'
import { openTensors } from '../../src/checkpoint/tensorFiles.ts'
import type { WeightTable } from '../../src/checkpoint/weightTable.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import type { StorageType } from '../../src/engine/storage.ts'
import { parameter } from '../../src/tensor/primitives.ts'
import { type DType, folderOf, safetensors, type TestTensor } from './files.ts'

/** Numbers that every dtype holds: −63 … 64, as fractions. */
const countUp = (length: number): number[] => Array.from({ length }, (_, i) => ((i % 128) - 63) / 64)

function newBlueprint() {
  const model = {
    embedding: parameter({ vocab: 700, model: 801 }),
    query: parameter({ model: 6, head: 2, key: 5 }),
    key: parameter({ model: 6, head: 2, key: 5 }),
    value: parameter({ model: 6, head: 2, value: 3 }),
    up: parameter({ model: 6, hidden: 7 }),
    bias: parameter({ hidden: 7 }),
  }
  return model
}

const table: WeightTable = {
  prefix: 'model.',
  rows: [
    { name: 'embed.weight', of: { embedding: 'vocab model' } },
    {
      name: 'attn.weight',
      of: { query: 'model (head key)', key: 'model (head key)', value: 'model (head value)' },
      stackedAlong: 1,
    },
    { name: 'up.weight', of: { up: 'hidden model' } },
    { name: 'up.bias', of: { bias: '1 hidden' } },
  ],
  ignored: ['rotary.*'],
  copies: { 'lm_head.weight': 'embed.weight' },
}

function tensorsOf(dtype: DType): Record<string, TestTensor> {
  return {
    'model.embed.weight': { dtype, shape: [700, 801], data: countUp(700 * 801) },
    'model.attn.weight': { dtype, shape: [6, 26], data: countUp(6 * 26) },
    'model.up.weight': { dtype, shape: [7, 6], data: countUp(42) },
    'model.up.bias': { dtype, shape: [1, 7], data: countUp(7) },
  }
}

async function load(
  engine: Engine,
  model: object,
  tensors: Record<string, TestTensor>,
  weights: StorageType = 'f32',
): Promise<void> {
  const files = await openTensors(folderOf({ 'model.safetensors': safetensors(tensors) }))
  await loadWeights(files, engine, model, table, { weights })
}

const engines: readonly [string, () => Engine | Promise<Engine>][] = [
  ['reference', reference],
  ['cpu, one thread', () => cpu({ threads: 1 })],
  ['cpu, two threads', () => cpu({ threads: 2 })],
]

describe('weights go straight into an engine', () => {
  for (const [name, open] of engines) {
    for (const dtype of ['F32', 'F16', 'BF16', 'F64'] as const) {
      for (const weights of ['f32', 'bf16'] as const) {
        test(`${dtype} as ${weights}: ${name}`, async () => {
          const engine = await open()
          const model = newBlueprint()
          await load(engine, model, tensorsOf(dtype), weights)
          const [embedding, query, key, value, up, bias] = await Promise.all(
            Object.values(model).map((weight) => engine.get(weight)),
          )
          assert.ok(4 * 700 * 801 > pieceBytes, 'the embedding is more than a piece')
          assert.deepEqual(embedding, Float32Array.from(countUp(700 * 801)))
          const attention = countUp(6 * 26)
          const across = (from: number, width: number) =>
            Float32Array.from(
              { length: 6 * width },
              (_, i) => attention[Math.floor(i / width) * 26 + from + (i % width)],
            )
          assert.deepEqual(query, across(0, 10))
          assert.deepEqual(key, across(10, 10))
          assert.deepEqual(value, across(20, 6))
          const turned = countUp(42)
          assert.deepEqual(
            up,
            Float32Array.from({ length: 42 }, (_, i) => turned[(i % 7) * 6 + Math.floor(i / 7)]),
          )
          assert.deepEqual(bias, Float32Array.from(countUp(7)))

          const whole = name === 'reference' ? 'f64' : 'f32'
          const own = weights === 'f32' ? whole : weights
          assert.equal(await engine.read(model.up, ({ type }) => type), own)
          assert.equal(await engine.read(model.bias, ({ type }) => type), whole, 'vectors stay exact')
          engine.close()
        })
      }
    }
  }
})

describe('copies', () => {
  const embed = countUp(700 * 801)
  const same = (change: (data: number[]) => void, dtype: DType = 'F32') => {
    const data = [...embed]
    change(data)
    return { ...tensorsOf('F32'), 'lm_head.weight': { dtype, shape: [700, 801], data } }
  }

  test('that are the same are passed over, of whatever dtype', async () => {
    for (const dtype of ['F32', 'BF16', 'F64'] as const) {
      const engine = reference()
      const model = newBlueprint()
      await load(
        engine,
        model,
        same(() => {}, dtype),
      )
      assert.deepEqual(await engine.get(model.embedding), Float32Array.from(embed))
    }
  })

  test('that differ are refused, wherever they do, and nothing is loaded', async () => {
    for (const place of [0, 300_000, embed.length - 1]) {
      for (const dtype of ['F32', 'F64'] as const) {
        const engine = reference()
        const model = newBlueprint()
        const differs = same((data) => {
          data[place] += 0.5
        }, dtype)
        await assert.rejects(load(engine, model, differs), {
          message:
            'folder/model.safetensors: 1 tensor does not fit the model.\n' +
            '  different: lm_head.weight must be the same as model.embed.weight, but is not.\n' +
            '  Take the config.json that was saved with these weights.',
        })
        assert.ok((await engine.get(model.up)).every((number) => number === 0))
      }
    }
  })

  test('of another shape are refused', async () => {
    const other = { ...tensorsOf('F32'), 'lm_head.weight': { dtype: 'F32' as const, shape: [1], data: [1] } }
    await assert.rejects(load(reference(), newBlueprint(), other), /different: lm_head\.weight must be the same/)
  })

  test('stand in for what is not there', async () => {
    const engine = reference()
    const model = newBlueprint()
    const { 'model.embed.weight': tensor, ...others } = tensorsOf('F32')
    await load(engine, model, { ...others, 'lm_head.weight': tensor })
    assert.deepEqual(await engine.get(model.embedding), Float32Array.from(embed))
  })
})

test('what is to be ignored is, whatever it holds and wherever the prefix', async () => {
  const engine = reference()
  const odd = { dtype: 'F32' as const, shape: [2], data: [1, 2] }
  await load(engine, newBlueprint(), { ...tensorsOf('F32'), 'model.rotary.inv_freq': odd, 'rotary.3.cos': odd })
})

test('one error lists all that does not fit', async () => {
  const { 'model.up.bias': _, ...tensors } = tensorsOf('F32')
  const wrong = {
    ...tensors,
    'model.up.weight': { dtype: 'F32' as const, shape: [6, 7], data: countUp(42) },
    'model.up.base': { dtype: 'F32' as const, shape: [7], data: countUp(7) },
  }
  await assert.rejects(load(reference(), newBlueprint(), wrong), {
    message: [
      'folder/model.safetensors: 3 tensors do not fit the model.',
      '  other shape: model.up.weight is (6, 7), but up (model 6, hidden 7) takes (7, 6).',
      '  missing: model.up.bias; bias (hidden 7) takes (1, 7). Did you mean "model.up.base"?',
      '  unknown: model.up.base (7).',
      '  Take the config.json that was saved with these weights.',
    ].join('\n'),
  })
})

test('numbers at the ends of their range come through', async () => {
  const engine = await cpu({ threads: 1 })
  const model = { up: parameter({ model: 2, hidden: 3 }) }
  const { POSITIVE_INFINITY: infinite } = Number
  const data = [2 ** -149, -(2 ** -133), infinite, -infinite, Number.NaN, -0]
  const files = await openTensors(
    folderOf({ 'model.safetensors': safetensors({ up: { dtype: 'F32', shape: [3, 2], data } }) }),
  )
  await loadWeights(files, engine, model, { ...table, rows: [{ name: 'up', of: { up: 'hidden model' } }] })
  const found = await engine.get(model.up)
  assert.deepEqual(found, Float32Array.of(data[0], data[2], data[4], data[1], data[3], data[5]))
  engine.close()
})

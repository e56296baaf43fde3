// What is saved: in one file or in shards, as F32 or BF16, out of an engine or of arrays; and the small files that go along.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FolderFiles } from '../../src/checkpoint/folderFiles.ts'
import { readBytes, readJSON } from '../../src/checkpoint/folderFiles.ts'
import { loadFolder, loadModel } from '../../src/checkpoint/load.ts'
import { readSafetensors } from '../../src/checkpoint/safetensors.ts'
import { isSame, savedFiles } from '../../src/checkpoint/savedFiles.ts'
import { weightFiles } from '../../src/checkpoint/saveWeights.ts'
import type { WeightTable } from '../../src/checkpoint/weightTable.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import type { Engine } from '../../src/engine/engine.ts'
import { reference } from '../../src/engine/reference.ts'
import { toBfloat16 } from '../../src/engine/storage.ts'
import { parameter } from '../../src/tensor/primitives.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { bytesOfFile, folderOf, folderOfSaved } from './files.ts'
import { countingWeights, plain, sizesOf, tiny } from './tiny.ts'

const tokenizer = CharacterTokenizer.of('hello, world')
const weights = countingWeights(sizesOf(tiny), 1 / 3)
const model = { blueprint: plain.blueprint(tiny), tokenizer, weights }

const table: WeightTable = {
  prefix: '',
  rows: [
    { name: 'big', of: { big: 'vocab model' } },
    { name: 'side', of: { query: 'model (head key)', value: 'model (head value)' }, stackedAlong: 1 },
    { name: 'up', of: { up: 'hidden model' } },
  ],
  ignored: [],
  copies: {},
}

function newBlueprint() {
  const made = {
    big: parameter({ vocab: 700, model: 801 }),
    query: parameter({ model: 3, head: 2, key: 5 }),
    value: parameter({ model: 3, head: 2, value: 3 }),
    up: parameter({ model: 3, hidden: 7 }),
  }
  return made
}

/** Numbers that no short format holds exactly. */
const thirds = (length: number): Float32Array => Float32Array.from({ length }, (_, i) => (i - length / 2) / 3)

async function joined(engine: Engine, dtype: 'F32' | 'BF16', kept: 'f32' | 'bf16' = 'f32') {
  const own = newBlueprint()
  for (const weight of Object.values(own)) {
    engine.keep(weight, kept)
    engine.set(weight, thirds(weight.axes.reduce((product, { size }) => product * size, 1)))
  }
  const [file] = weightFiles({ engine, model: own }, table, { dtype })
  return { file, read: readSafetensors(await bytesOfFile(file)) }
}

describe('weights out of an engine', () => {
  const engines: readonly [string, () => Engine | Promise<Engine>][] = [
    ['reference', reference],
    ['cpu', () => cpu({ threads: 2 })],
  ]
  for (const [name, open] of engines) {
    for (const dtype of ['F32', 'BF16'] as const) {
      test(`${dtype}, ${name}`, async () => {
        const engine = await open()
        const { file, read } = await joined(engine, dtype)
        assert.equal(file.name, 'model.safetensors')
        assert.deepEqual(read.metadata, { format: 'pt' })
        const rounded = (values: Float32Array): Float32Array =>
          dtype === 'F32'
            ? values
            : values.map((value) => new Float32Array(Uint32Array.of(toBfloat16(value) << 16).buffer)[0])
        const { big, side, up } = Object.fromEntries(read.tensors)
        assert.deepEqual(big, { shape: [700, 801], data: rounded(thirds(700 * 801)) })
        const [query, value, turned] = [thirds(30), thirds(18), thirds(21)]
        assert.deepEqual(side.shape, [3, 16])
        assert.deepEqual(
          side.data,
          rounded(
            Float32Array.from({ length: 48 }, (_, i) => {
              const [row, column] = [Math.floor(i / 16), i % 16]
              return column < 10 ? query[row * 10 + column] : value[row * 6 + column - 10]
            }),
          ),
        )
        assert.deepEqual(up.shape, [7, 3])
        assert.deepEqual(
          up.data,
          rounded(Float32Array.from({ length: 21 }, (_, i) => turned[(i % 3) * 7 + Math.floor(i / 3)])),
        )
        engine.close()
      })
    }
  }

  test('weights that are kept as bfloat16 are written as they are', async () => {
    const engine = await cpu({ threads: 1 })
    const { read } = await joined(engine, 'BF16', 'bf16')
    const { read: wide } = await joined(engine, 'F32', 'bf16')
    assert.deepEqual(read.tensors, wide.tensors)
    engine.close()
  })

  test('weights that are kept in different ways stand side by side', async () => {
    const engine = await cpu({ threads: 1 })
    const own = newBlueprint()
    engine.keep(own.query, 'bf16')
    for (const weight of Object.values(own))
      engine.set(weight, new Float32Array(weight.axes.reduce((product, { size }) => product * size, 1)).fill(1.5))
    for (const dtype of ['F32', 'BF16'] as const) {
      const [file] = weightFiles({ engine, model: own }, table, { dtype })
      const side = readSafetensors(await bytesOfFile(file)).tensors.get('side')
      assert.deepEqual(side?.data, new Float32Array(48).fill(1.5))
    }
    engine.close()
  })
})

describe('shards', () => {
  test('are cut, named and listed as Hugging Face does', async () => {
    const files = await savedFiles({ ...model, shardBytes: 2000 })
    const names = files.map(({ name }) => name).filter((name) => name.startsWith('model'))
    const [first, second, third] = [1, 2, 3].map((i) => `model-0000${i}-of-00003.safetensors`)
    assert.deepEqual(names, [first, second, third, 'model.safetensors.index.json'])
    const folder = await folderOfSaved(files)
    const { metadata, weight_map: map } = (await readJSON(folder, 'model.safetensors.index.json')) as {
      metadata: object
      weight_map: Record<string, string>
    }
    assert.deepEqual(metadata, { total_parameters: 1216, total_size: 4864 })
    assert.equal(Object.keys(map).length, weights.size)
    assert.deepEqual(Object.keys(map), Object.keys(map).toSorted())
    for (const shard of [first, second, third]) {
      const { tensors, metadata } = readSafetensors((await readBytes(folder, shard)) ?? new Uint8Array(0), shard)
      assert.deepEqual(metadata, { format: 'pt' })
      const bytes = [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0)
      assert.ok(bytes <= 2000, `${bytes}`)
      for (const name of tensors.keys()) assert.equal(map[name], shard)
    }
  })

  test('load as one file does', async () => {
    for (const shardBytes of [1, 500, 2000, 4863, 4864]) {
      const files = await savedFiles({ ...model, shardBytes })
      assert.equal(
        files.some(({ name }) => name.endsWith('index.json')),
        shardBytes < 4864,
      )
      const engine = reference()
      const { model: loaded } = await loadModel(await folderOfSaved(files), engine, { of: [plain] })
      const again = weightFiles({ engine, model: loaded }, plain.blueprint(tiny).table)
      assert.deepEqual(readSafetensors(await bytesOfFile(again[0])).tensors.size, weights.size)
      for (const [name, { data }] of readSafetensors(await bytesOfFile(again[0])).tensors)
        assert.deepEqual(data, weights.get(name)?.data)
    }
  })

  test('take no name that is in use', async () => {
    const there = await folderOfSaved(await savedFiles({ ...model, shardBytes: 2000 }))
    const files = await savedFiles({ ...model, shardBytes: 2000 }, there)
    assert.deepEqual(
      files.map(({ name }) => name),
      [1, 2, 3].map((i) => `model-b-0000${i}-of-00003.safetensors`).concat('model.safetensors.index.json'),
    )
  })

  test('take no name of a file that somebody keeps there', async () => {
    const there = await folderOfSaved(await savedFiles({ ...model, shardBytes: 2000 }))
    const live = await savedFiles({ ...model, shardBytes: 2000 }, there)
    const files = await savedFiles(
      { ...model, shardBytes: 2000 },
      folderOf({
        'model-00002-of-00003.safetensors': 'mine',
        ...Object.fromEntries(live.map(({ name }) => [name, ''])),
      }),
    )
    assert.deepEqual(
      files.map(({ name }) => name).filter((name) => name.endsWith('.safetensors')),
      [1, 2, 3].map((i) => `model-c-0000${i}-of-00003.safetensors`),
    )
  })

  test('of no size are refused', async () => {
    for (const shardBytes of [0, -1, Number.NaN])
      await assert.rejects(savedFiles({ ...model, shardBytes }), {
        message: `save: shardBytes is ${shardBytes}; it must be a number above 0.`,
      })
  })
})

describe('small files', () => {
  const text = async (files: FolderFiles, name: string): Promise<string | undefined> => {
    const bytes = await readBytes(files, name)
    return bytes && new TextDecoder().decode(bytes)
  }
  const theirConfig = `{ "transformers_version": "5.0.0",${JSON.stringify(plain.blueprint(tiny).toJSON()).slice(1)}`
  const theirTokenizer = JSON.stringify(tokenizer.toJSON(), undefined, 4)
  const theirs = {
    'config.json': theirConfig,
    'generation_config.json': '{"do_sample": true,   "top_k": 7, "eos_token_id": 3}',
    'tokenizer.json': theirTokenizer,
    'tokenizer_config.json': '{"model_max_length": 6, "padding_side":   "left"}',
    'special_tokens_map.json': '{}\n',
    'chat_template.jinja': '{{ messages }}\r\n',
    'vocab.txt': 'h\ne\n',
    'README.md': 'not ours',
  }
  const from = folderOf(theirs, 'theirs')

  test('go along byte for byte from the folder that the model came from', async () => {
    const saved = await folderOfSaved(await savedFiles({ blueprint: plain.blueprint(tiny), weights, from }))
    for (const [name, content] of Object.entries(theirs))
      assert.equal(await text(saved, name), name === 'README.md' ? undefined : content, name)
    const { generation } = await loadFolder(saved, reference(), { of: [plain] })
    assert.deepEqual(generation.topK, 7)
  })

  test("keep Python's numbers that JSON does not have when the type of the weights changes", async () => {
    const limited = `{ "limit": [Infinity, -Infinity],${theirConfig.slice(1)}`
    const other = folderOf({ ...theirs, 'config.json': limited }, 'theirs')
    const options = { blueprint: plain.blueprint(tiny), weights, from: other, dtype: 'BF16' } as const
    const saved = await text(await folderOfSaved(await savedFiles(options)), 'config.json')
    assert.match(saved ?? '', /"limit": \[\s*Infinity,\s*-Infinity\s*\]/)
    assert.match(saved ?? '', /"dtype": "bfloat16"/)
  })

  test('go along with the same tokenizer, not with another', async () => {
    const same = await folderOfSaved(await savedFiles({ ...model, from }))
    assert.equal(await text(same, 'tokenizer.json'), theirTokenizer)
    assert.equal(await text(same, 'chat_template.jinja'), theirs['chat_template.jinja'])
    const other = CharacterTokenizer.of('goodbye')
    const saved = await folderOfSaved(await savedFiles({ ...model, tokenizer: other, from }))
    assert.deepEqual(await readJSON(saved, 'tokenizer.json'), JSON.parse(JSON.stringify(other.toJSON())))
    assert.equal(await text(saved, 'chat_template.jinja'), undefined)
    assert.match((await text(saved, 'tokenizer_config.json')) ?? '', /PreTrainedTokenizerFast/)
  })

  test('a config of another model does not go along', async () => {
    const config = { ...tiny, layer: 3 }
    const saved = await folderOfSaved(
      await savedFiles({ blueprint: plain.blueprint(config), weights: countingWeights(sizesOf(config)), from }),
    )
    assert.deepEqual(await readJSON(saved, 'config.json'), JSON.parse(JSON.stringify(plain.blueprint(config).toJSON())))
  })

  test('new defaults for writing are added to theirs', async () => {
    const generation = { isSampled: true, temperature: 0.5, topK: 0, topP: 1 }
    const saved = await folderOfSaved(await savedFiles({ ...model, generation, from }))
    const json = (await readJSON(saved, 'generation_config.json')) as Record<string, unknown>
    assert.equal(json['eos_token_id'], 3)
    assert.equal(json['temperature'], 0.5)
    assert.equal(json['top_k'], 0)
  })

  test('say BF16 where the weights are', async () => {
    const dtypeOf = async (files: FolderFiles) => ((await readJSON(files, 'config.json')) as { dtype?: string }).dtype
    assert.equal(await dtypeOf(await folderOfSaved(await savedFiles({ ...model, dtype: 'BF16' }))), 'bfloat16')
    assert.equal(await dtypeOf(await folderOfSaved(await savedFiles(model))), undefined)
    const patched = await folderOfSaved(await savedFiles({ ...model, dtype: 'BF16', from }))
    assert.equal(await dtypeOf(patched), 'bfloat16')
    assert.equal(((await readJSON(patched, 'config.json')) as Record<string, unknown>)['transformers_version'], '5.0.0')
    const former = folderOf({ ...theirs, 'config.json': theirConfig.replace('{', '{"torch_dtype": "float16",') })
    const json = (await readJSON(
      await folderOfSaved(await savedFiles({ ...model, from: former })),
      'config.json',
    )) as object
    assert.ok('dtype' in json && json.dtype === 'float32' && !('torch_dtype' in json))
  })

  test('say the same, in whatever order and words', () => {
    assert.ok(isSame({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1, d: undefined }))
    const others: [unknown, unknown][] = [
      [{ a: 1 }, { a: 2 }],
      [{ a: 1 }, { a: 1, b: null }],
      [[1, 2], [1]],
      [[], {}],
      [{ a: null }, { a: {} }],
      [1, '1'],
    ]
    for (const [a, b] of others) assert.ok(!isSame(a, b) && !isSame(b, a), JSON.stringify([a, b]))
  })

  test('a model without a tokenizer is saved without one', async () => {
    const names = (await savedFiles({ blueprint: plain.blueprint(tiny), weights })).map(({ name }) => name)
    assert.deepEqual(names, ['generation_config.json', 'config.json', 'model.safetensors'])
  })
})

// Checkpoints in one file and in several, and an index that does not agree with its shards.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { openTensors } from '../../src/checkpoint/tensorFiles.ts'
import { folderOf, safetensors, type TestTensor } from './files.ts'

const tensor = (...data: number[]): TestTensor => ({ dtype: 'F32', shape: [data.length], data })
const first = 'model-00001-of-00002.safetensors'
const second = 'model-00002-of-00002.safetensors'
const index = { metadata: { total_size: 20 }, weight_map: { a: first, b: first, c: second } }
const shards = {
  [first]: safetensors({ a: tensor(1), b: tensor(2, 3) }),
  [second]: safetensors({ c: tensor(4, 5) }),
}
const whole = { ...shards, 'model.safetensors.index.json': index }

test('shards are one checkpoint', async () => {
  const { tensors, place, close } = await openTensors(folderOf(whole))
  assert.equal(place, 'folder/model.safetensors.index.json')
  assert.deepEqual([...tensors.keys()].sort(), ['a', 'b', 'c'])
  const found = tensors.get('b')
  assert.ok(found)
  const bytes = new Uint8Array(8)
  await found.file.read(found.data + found.begin, bytes)
  assert.deepEqual(new Float32Array(bytes.buffer), Float32Array.of(2, 3))
  await close()
})

test('one file goes before an index', async () => {
  const { tensors, place } = await openTensors(
    folderOf({ ...whole, 'model.safetensors': safetensors({ x: tensor(1) }) }),
  )
  assert.equal(place, 'folder/model.safetensors')
  assert.deepEqual([...tensors.keys()], ['x'])
})

test('of a tensor in two shards that counts which the index names', async () => {
  for (const [shard, numbers] of [
    [first, [1]],
    [second, [7]],
  ] as const) {
    const files = folderOf({
      [first]: shards[first],
      [second]: safetensors({ a: tensor(7), c: tensor(4, 5) }),
      'model.safetensors.index.json': { weight_map: { ...index.weight_map, a: shard } },
    })
    const { tensors, close } = await openTensors(files)
    const found = tensors.get('a')
    assert.ok(found)
    const bytes = new Uint8Array(4)
    await found.file.read(found.data + found.begin, bytes)
    assert.deepEqual(new Float32Array(bytes.buffer), Float32Array.from(numbers))
    await close()
  }
})

type Case = [name: string, files: Record<string, Uint8Array | string | object>, message: string]

describe('refused', () => {
  const outside = (shard: unknown, shown: string): Case => [
    `a shard called ${shown}`,
    { ...whole, 'model.safetensors.index.json': { weight_map: { a: shard } } },
    `folder/model.safetensors.index.json: tensor "a" is to be in ${shown}, but shards are .safetensors files of the same folder. ` +
      'Do not use this index; fetch it again from where you trust.',
  ]
  const cases: Case[] = [
    outside('../secret.safetensors', '"../secret.safetensors"'),
    outside('/etc/secret.safetensors', '"/etc/secret.safetensors"'),
    outside('..\\secret.safetensors', '"..\\\\secret.safetensors"'),
    outside('C:secret.safetensors', '"C:secret.safetensors"'),
    outside('config.json', '"config.json"'),
    outside(7, '7'),
    outside(['model.safetensors'], 'a list of 1'),
    [
      'an index that is no object',
      { ...whole, 'model.safetensors.index.json': '[]' },
      'folder/model.safetensors.index.json: expected an object {…}, but found a list of 0. The file may be damaged, or another one.',
    ],
    [
      'an index that was cut off',
      { ...whole, 'model.safetensors.index.json': '{"weight_map": {' },
      "folder/model.safetensors.index.json: this is not JSON (Expected property name or '}' in JSON at position 16 (line 1 column 17)). " +
        'The file may be cut off or damaged; restore it or save it again.',
    ],
    [
      'an index without a map',
      { ...whole, 'model.safetensors.index.json': { weight_map: [] } },
      'folder/model.safetensors.index.json: weight_map: expected an object {…}, but found a list of 0. The file may be damaged, or another one.',
    ],
    [
      'a shard that is not there',
      { [second]: shards[second], 'model.safetensors.index.json': index },
      `folder: there is no ${first} in it, which holds 2 of the model's tensors (model.safetensors.index.json). ` +
        'Fetch it too, or save the model again.',
    ],
    [
      'a tensor that is not in its shard',
      { ...whole, [first]: safetensors({ a: tensor(1) }) },
      `folder/model.safetensors.index.json: tensor "b" is to be in ${first}, but is not there. ` +
        'The files are not of one save; fetch or save them all again.',
    ],
    [
      'a tensor that is in another shard',
      { ...whole, [first]: safetensors({ a: tensor(1) }), [second]: safetensors({ b: tensor(2), c: tensor(4) }) },
      `folder/model.safetensors.index.json: tensor "b" is to be in ${first}, but is in ${second}. ` +
        'The files are not of one save; fetch or save them all again.',
    ],
    [
      'a tensor in two shards, of which the index says nothing',
      {
        ...whole,
        [first]: safetensors({ a: tensor(1), b: tensor(2, 3), d: tensor(1) }),
        [second]: safetensors({ c: tensor(4, 5), d: tensor(2) }),
      },
      `folder/model.safetensors.index.json: tensor "d" is in ${first} and in ${second}, so it is unclear which holds. Save the model again.`,
    ],
    [
      'a shard that was cut off',
      { ...whole, [second]: shards[second].subarray(0, -1) },
      `folder/${second}: tensor "c": it ends at byte 8 of the data, but the file has only 7. The file is cut off; fetch or save it again.`,
    ],
    [
      'a shard that is empty',
      { ...whole, [second]: '' },
      `folder/${second}: the file has 0 bytes, less than the 8 that say how long the header is. It is cut off, or no safetensors file.`,
    ],
    [
      'a shard that git has not fetched',
      { ...whole, [second]: 'version https://git-lfs.github.com/spec/v1\noid sha256:0' },
      `folder/${second}: this is only what git keeps in the place of a large file. Fetch the file itself: git lfs pull.`,
    ],
    [
      'a shard that is something else',
      { ...whole, [second]: '<!doctype html>' },
      `folder/${second}: the header claims 8104636974849335612 bytes; at most 100000000 are allowed. This is no safetensors file.`,
    ],
    [
      'no weights at all',
      { 'config.json': {} },
      'folder: there is no model.safetensors in it. Name a folder that holds a model: one that Cutaway saved, or one from Hugging Face.',
    ],
  ]
  for (const [name, files, message] of cases)
    test(name, () => assert.rejects(openTensors(folderOf(files)), { message }))
})

// What a save leaves alone: everything in the folder that is no part of the checkpoint; and which folders it refuses.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { filesOf } from '../../src/checkpoint/filesOf.ts'
import { gpt2 } from '../../src/checkpoint/gpt2.ts'
import { loadFolder } from '../../src/checkpoint/load.ts'
import { contentOfNames, isBeginning } from '../../src/checkpoint/savedNames.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import { reference } from '../../src/engine/reference.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { plain, runAt, tiny } from './tiny.ts'

const tokenizer = CharacterTokenizer.of('hello, world')
const isWindows = process.platform === 'win32'
let all = ''
let made = 0
before(async () => {
  all = await mkdtemp(join(tmpdir(), 'cutaway-kept-'))
})
after(() => rm(all, { recursive: true, force: true }))

const fresh = (): string => join(all, `run${made++}`)
const shards = (name: string): string[] => [1, 2, 3].map((i) => `${name}-0000${i}-of-00003.safetensors`)

function save(folder: string, step: number, options: { shardBytes?: number; replaces?: boolean } = {}): Promise<void> {
  const { replaces = false, ...rest } = options
  const training = runAt(step)
  return saveFolder(
    folder,
    { blueprint: plain.blueprint(tiny), tokenizer, weights: training.weights, training, ...rest },
    { replaces },
  )
}

async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), content)
  }
}

/** Everything in a folder: the digest of each file, where each link leads. */
async function everything(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const name of await readdir(folder, { recursive: true })) {
    const path = join(folder, name)
    const entry = await lstat(path)
    if (entry.isSymbolicLink()) found.set(name, `to ${await readlink(path)}`)
    else if (entry.isFile())
      found.set(
        name,
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex'),
      )
  }
  return found
}

describe('what somebody keeps beside a checkpoint', () => {
  const mine = {
    'README.md': 'about it',
    'model-best.safetensors': 'the best',
    'model-00001-of-00002.safetensors': 'a shard of something',
    'model-backup.safetensors.index.json': '{}',
    'model.safetensors.part': 'half a download',
    'model.safetensors.0123456789AB.part': 'not ours',
    'notes.0123456789ab.part': 'not ours either',
    'weights.safetensors': 'others',
    'training.safetensors.bak': 'before',
    'vocab.txt': 'h',
    'deep/model.safetensors': 'deep',
    'deep/model-00001-of-00003.safetensors': 'deep too',
    '.hidden': 'hidden',
    'model.pt': 'python',
  }
  const forms: [first: number | undefined, second: number | undefined][] = [
    [undefined, undefined],
    [2000, 2000],
    [undefined, 2000],
    [2000, undefined],
  ]
  for (const [first, second] of forms)
    for (const replaces of [false, true])
      test(`stays, byte for byte: ${first ?? 'whole'}, then ${second ?? 'whole'}, ${replaces ? 'replaced' : 'saved'}`, async () => {
        const folder = fresh()
        const as = (bytes?: number) => (bytes === undefined ? {} : { shardBytes: bytes })
        await save(folder, 1, as(first))
        await put(folder, mine)
        const before = await everything(folder)
        for (const step of [2, 3]) await save(folder, step, { ...as(second), replaces })
        const after = await everything(folder)
        for (const name of Object.keys(mine)) assert.equal(after.get(name), before.get(name), name)
        const others = [...after.keys()].filter((name) => !(name in mine))
        const expected =
          second === undefined
            ? ['model.safetensors']
            : [...others.filter((name) => /^model-.*00003/.test(name)), 'model.safetensors.index.json']
        assert.deepEqual(
          others.filter((name) => name.startsWith('model')).sort(),
          expected.sort(),
          'and nothing is left of what was replaced',
        )
        assert.equal(second === undefined ? 1 : 4, expected.length)
        const engine = reference()
        await loadFolder(filesOf(folder), engine, { of: [plain] })
      })

  test('links stay links, and what they lead to stays', { skip: isWindows }, async () => {
    const folder = fresh()
    await save(folder, 1)
    await put(all, { 'elsewhere.safetensors': 'far', 'there/a.txt': 'a' })
    await symlink(join(all, 'elsewhere.safetensors'), join(folder, 'model-linked.safetensors'))
    await symlink(join(all, 'there'), join(folder, 'there'))
    await symlink('nowhere', join(folder, 'dangling'))
    const before = await everything(folder)
    await save(folder, 2)
    const after = await everything(folder)
    for (const name of ['model-linked.safetensors', 'there', 'dangling'])
      assert.equal(after.get(name), before.get(name))
    assert.equal(await readFile(join(all, 'elsewhere.safetensors'), 'utf8'), 'far')
    assert.equal(await readFile(join(all, 'there/a.txt'), 'utf8'), 'a')
  })

  test('a checkpoint of links is replaced link by link, as in a cache', { skip: isWindows }, async () => {
    const [folder, blobs] = [fresh(), fresh()]
    await save(blobs, 1)
    await mkdir(folder)
    for (const name of await readdir(blobs)) await symlink(join(blobs, name), join(folder, name))
    const before = await everything(blobs)
    await save(folder, 2)
    assert.deepEqual(await everything(blobs), before)
  })
})

describe('a folder of something else is refused, and stays as it is', () => {
  const refused: [name: string, files: Record<string, string>, message: string][] = [
    [
      'weights without a config.json',
      { 'model.safetensors': 'mine', 'model-backup.safetensors': 'mine' },
      'FOLDER: it holds something else: there is model.safetensors, but no config.json that says of which model. Save into another folder, or delete this one.',
    ],
    [
      'an index without a config.json',
      { 'model.safetensors.index.json': '{"weight_map":{}}' },
      'FOLDER: it holds something else: there is model.safetensors.index.json, but no config.json that says of which model. Save into another folder, or delete this one.',
    ],
    [
      'a config.json of another program',
      { 'config.json': '{"app":"mine"}' },
      'FOLDER: it holds something else: its config.json cannot be read (FOLDER/config.json: it describes no model_type and no architecture; Cutaway',
    ],
    [
      'a config.json that is no JSON',
      { 'config.json': 'port = 80' },
      'FOLDER: it holds something else: its config.json cannot be read (FOLDER/config.json: this is not JSON',
    ],
    [
      'another tokenizer',
      { 'tokenizer.json': JSON.stringify(CharacterTokenizer.of('goodbye').toJSON()) },
      'FOLDER: it holds something else: its tokenizer.json has another vocabulary. Save into another folder, or delete this one.',
    ],
    ['a tokenizer that is none', { 'tokenizer.json': 'mine' }, 'FOLDER/tokenizer.json: this is not JSON'],
    [
      'a config.json in the place of a folder',
      { 'config.json/a.txt': 'mine' },
      'FOLDER: it holds something else: its config.json cannot be read (FOLDER/config.json: this is no file, but a folder',
    ],
    [
      'a folder in the place of the weights',
      { 'model.safetensors/a.txt': 'mine' },
      'FOLDER: it holds something else: there is model.safetensors, but no config.json',
    ],
    [
      'a folder in the place of a small file',
      { 'generation_config.json/a.txt': 'mine' },
      'FOLDER/generation_config.json: this is no file, but a folder. Name a file.',
    ],
  ]
  for (const [name, files, message] of refused)
    test(name, { skip: isWindows }, async () => {
      const folder = fresh()
      await put(folder, files)
      const before = await everything(folder)
      await assert.rejects(save(folder, 1), (error: Error) => {
        assert.ok(error.message.startsWith(message.replaceAll('FOLDER', folder)), error.message)
        return true
      })
      assert.deepEqual(await everything(folder), before)
    })

  test('but files that are no part of a checkpoint are no hindrance', async () => {
    const folder = fresh()
    await put(folder, { 'README.md': 'mine', 'data/a.txt': 'mine', 'model.ckpt': 'mine' })
    await saveFolder(folder, { blueprint: gpt2.blueprint(tiny), tokenizer, weights: runAt(1).weights })
    assert.equal(await readFile(join(folder, 'README.md'), 'utf8'), 'mine')
  })
})

describe('what a killed save has left', () => {
  const part = (name: string): string => `${name}.4f54ea7b118c.part`
  const contents: [names: string[], content: ReturnType<typeof contentOfNames>][] = [
    [[], 'nothing'],
    [['.DS_Store', '.git'], 'nothing'],
    [[part('tokenizer.json')], 'nothing'],
    [[part('tokenizer.json'), part('model-b-00001-of-00002.safetensors')], 'nothing'],
    [[part('diary.md')], 'other'],
    [['model.safetensors.4F54EA7B118C.part'], 'other'],
    [['tokenizer.json', part('config.json'), part('model.safetensors')], 'nothing'],
    [['tokenizer.json', 'model.safetensors', 'training.safetensors', part('config.json')], 'nothing'],
    [['tokenizer.json', 'config.json', part('model.safetensors'), part('training.safetensors')], 'nothing'],
    [['tokenizer.json', 'config.json', 'model.safetensors', part('training.safetensors')], 'model'],
    [['config.json', 'model.safetensors', part('model.safetensors')], 'model'],
    [['config.json', 'training.safetensors', part('model.safetensors')], 'model'],
    [['tokenizer.json', part('tokenizer.json')], 'other'],
    [['tokenizer.json', 'diary.md', part('model.safetensors')], 'other'],
    [['tokenizer.json'], 'other'],
    [['config.json', 'adapter.safetensors'], 'other'],
  ]
  for (const [names, content] of contents)
    test(`${names.join(', ') || 'an empty folder'}: ${content}`, () => {
      assert.equal(contentOfNames(names), content)
      if (content !== 'nothing') assert.equal(isBeginning(names), false)
    })

  test('a beginning is begun again, with another model too', async () => {
    const folder = fresh()
    await save(folder, 1)
    await rm(join(folder, 'config.json'))
    await put(folder, { [part('config.json')]: '{', 'README.md': 'mine' })
    const other = CharacterTokenizer.of('goodbye')
    await saveFolder(folder, { blueprint: gpt2.blueprint(tiny), tokenizer: other, weights: runAt(2).weights })
    assert.deepEqual((await readdir(folder)).sort(), [
      'README.md',
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ])
  })

  test('shards that a killed save made, or did not come to remove, go; those in use stay', async () => {
    const index = 'model.safetensors.index.json'
    for (const isDone of [false, true]) {
      const folder = fresh()
      await save(folder, 1, { shardBytes: 2000 })
      const [made, former] = isDone ? [shards('model'), shards('model-z')] : [shards('model-z'), shards('model')]
      for (const name of shards('model-z')) await writeFile(join(folder, name), 'left')
      await put(folder, {
        ...(isDone ? {} : { [part(index)]: '{}' }),
        [part('model.safetensors.former')]: JSON.stringify({ until: part(index), made, former }),
        'model-y-00001-of-00003.safetensors': 'mine',
      })
      await save(folder, 2, { shardBytes: 2000 })
      assert.deepEqual(
        (await readdir(folder)).filter((name) => name.startsWith('model')).sort(),
        [...shards('model-b'), 'model-y-00001-of-00003.safetensors', index].sort(),
      )
    }
  })

  test('a note that names other files removes none of them', async () => {
    const folder = fresh()
    await save(folder, 1)
    const names = ['../outside.txt', 'README.md', 'model-best.safetensors', 'training.safetensors', 'config.json']
    await put(folder, { 'README.md': 'mine', 'model-best.safetensors': 'mine', '../outside.txt': 'mine' })
    await put(folder, {
      [part('model.safetensors.former')]: JSON.stringify({ until: 'x', made: names, former: names }),
    })
    await save(folder, 2)
    for (const name of names) assert.ok((await lstat(join(folder, name))).isFile(), name)
  })
})

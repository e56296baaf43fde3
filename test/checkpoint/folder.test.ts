// A run's folder: saved and loaded, killed while it is saved, on a full disk, and with everything in it damaged.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Architecture } from '../../src/checkpoint/architecture.ts'
import { getWeights, weightSizes } from '../../src/checkpoint/engineWeights.ts'
import { filesOf } from '../../src/checkpoint/filesOf.ts'
import { type GPT2FolderConfig, gpt2 } from '../../src/checkpoint/gpt2.ts'
import { loadFolder, loadModel, resumeFolder } from '../../src/checkpoint/load.ts'
import { readSafetensors } from '../../src/checkpoint/safetensors.ts'
import { contentOfNames, isBeginning } from '../../src/checkpoint/savedNames.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import type { TrainingState } from '../../src/checkpoint/training.ts'
import { reference } from '../../src/engine/reference.ts'
import { CharacterTokenizer } from '../../src/text/characters.ts'
import { countingWeights, plain, runAt, sizesOf, tiny } from './tiny.ts'

const tokenizer = CharacterTokenizer.of('hello, world')
const saver = fileURLToPath(new URL('save-forever.ts', import.meta.url))
const isWindows = process.platform === 'win32'
const isRoot = process.getuid?.() === 0
let all = ''
let made = 0

before(async () => {
  all = await mkdtemp(join(tmpdir(), 'cutaway-'))
})
after(() => rm(all, { recursive: true, force: true }))

/** A folder of its own for a test, not created yet. */
const fresh = (): string => join(all, `run${made++}`)

/** An architecture that has the tiny config. */
type TinyArchitecture = Architecture<GPT2FolderConfig, object>

const kept = (training: TrainingState, { blueprint }: TinyArchitecture = gpt2) => ({
  blueprint: blueprint(tiny),
  tokenizer,
  weights: training.weights,
  training,
})

function save(folder: string, step: number, architecture: TinyArchitecture = gpt2): Promise<void> {
  return saveFolder(folder, kept(runAt(step), architecture))
}

/** What a folder holds when it is loaded, its weights by path. */
async function loaded(folder: string, architecture: TinyArchitecture = gpt2) {
  const engine = reference()
  const found = await loadFolder(filesOf(folder), engine, { of: [architecture] })
  return { ...found, weights: await getWeights(engine, found.model) }
}

async function saved(step = 1, architecture: TinyArchitecture = gpt2): Promise<string> {
  const folder = fresh()
  await save(folder, step, architecture)
  return folder
}

describe('a run', () => {
  test('is a Hugging Face folder with the training state beside it', async () => {
    const folder = await saved()
    assert.deepEqual((await readdir(folder)).sort(), [
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
      'training.safetensors',
    ])
    const { tensors, metadata } = readSafetensors(await readFile(join(folder, 'model.safetensors')))
    assert.deepEqual(metadata, { format: 'pt' })
    assert.ok(tensors.has('transformer.h.1.attn.c_attn.weight'))
    assert.equal(tensors.has('lm_head.weight'), false)
  })

  test('loads and resumes as it was saved, save after save', async () => {
    const folder = fresh()
    for (const step of [1, 2, 30]) {
      await save(folder, step)
      const { blueprint, weights, generation, tokenizer: own } = await loaded(folder)
      assert.deepEqual(blueprint.config, tiny)
      assert.deepEqual(weights, runAt(step).weights)
      const more = { mostLength: tiny.context }
      assert.deepEqual(generation, { isSampled: true, temperature: 1, topK: 0, topP: 1, more })
      assert.deepEqual(own.encode('hold'), tokenizer.encode('hold'))
      assert.deepEqual((await resumeFolder(filesOf(folder), { of: [gpt2] })).training, runAt(step))
    }
  })

  test('resumes without model.safetensors, and loads without training.safetensors', async () => {
    const folder = await saved(3)
    const other = fresh()
    await cp(folder, other, { recursive: true })
    await rm(join(folder, 'model.safetensors'))
    assert.deepEqual((await resumeFolder(filesOf(folder), { of: [gpt2] })).training, runAt(3))
    await rm(join(other, 'training.safetensors'))
    assert.deepEqual((await loaded(other)).weights, runAt(3).weights)
  })

  test('keeps what others wrote into its small files, where it means the same', async () => {
    const folder = await saved()
    const config = join(folder, 'config.json')
    const text = (await readFile(config, 'utf8')).replace('{', '{ "transformers_version": "5.0.0",')
    await writeFile(config, text)
    await save(folder, 2)
    assert.equal(await readFile(config, 'utf8'), text)
    const hot = { isSampled: true, temperature: 2, topK: 5, topP: 0.5 }
    const dropped = { ...tiny, dropout: 0.1 }
    await saveFolder(folder, { ...kept(runAt(3)), blueprint: gpt2.blueprint(dropped), generation: hot })
    const found = await loaded(folder)
    assert.deepEqual(found.blueprint.config, dropped)
    assert.deepEqual(found.generation, { ...hot, more: { mostLength: tiny.context } })
  })

  test('belongs to one model', async () => {
    const folder = await saved()
    const before = await readFile(join(folder, 'training.safetensors'))
    const larger = { ...tiny, layer: 3 }
    await assert.rejects(
      saveFolder(folder, { blueprint: gpt2.blueprint(larger), tokenizer, weights: countingWeights(sizesOf(larger)) }),
      {
        message: `${folder}: it holds another model: layer is 2 there and 3 here. Save into another folder, or delete this one.`,
      },
    )
    const other = CharacterTokenizer.of('goodbye')
    await assert.rejects(saveFolder(folder, { ...kept(runAt(2)), tokenizer: other }), {
      message: `${folder}: it holds another model: its tokenizer.json has another vocabulary. Save into another folder, or delete this one.`,
    })
    assert.deepEqual(await readFile(join(folder, 'training.safetensors')), before)
  })

  const fixture = fileURLToPath(new URL('../fixtures/gpt2/folder', import.meta.url))
  test('of Python loads', { skip: existsSync(fixture) ? false : 'there is no fixture' }, async () => {
    const { blueprint, model } = await loadModel(filesOf(fixture), reference(), { of: [gpt2] })
    assert.deepEqual(Object.keys(blueprint.config).length, 8)
    assert.equal(weightSizes(model).size, sizesOf(blueprint.config).size)
  })
})

describe('a run in shards', () => {
  const weightsIn = async (folder: string): Promise<string[]> =>
    (await readdir(folder)).filter((name) => name.startsWith('model')).sort()
  const index = 'model.safetensors.index.json'
  const shards = (name: string): string[] => [1, 2, 3].map((i) => `${name}-0000${i}-of-00003.safetensors`)

  test('replaces what was there, of whatever form, and is all that is there then', async () => {
    const folder = fresh()
    const saveAs = (step: number, shardBytes?: number) =>
      saveFolder(folder, { ...kept(runAt(step), plain), ...(shardBytes ? { shardBytes } : {}) })
    const steps: [shardBytes: number | undefined, names: string[]][] = [
      [2000, [...shards('model'), index]],
      [2000, [...shards('model-b'), index]],
      [2000, [...shards('model'), index]],
      [undefined, ['model.safetensors']],
      [3000, ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors', index]],
    ]
    for (const [step, [shardBytes, names]] of steps.entries()) {
      await saveAs(step + 1, shardBytes)
      assert.deepEqual(await weightsIn(folder), names)
      assert.deepEqual((await loaded(folder, plain)).weights, runAt(step + 1).weights)
      assert.deepEqual((await resumeFolder(filesOf(folder), { of: [plain] })).training, runAt(step + 1))
    }
  })
})

describe('a save that is killed', () => {
  // Starting is what takes the time here, and most of that is saved by what a process before left, which a killed one leaves not.
  let env = process.env
  before(async () => {
    env = { NODE_COMPILE_CACHE: join(all, 'compiled'), ...process.env }
    await promisify(execFile)(process.execPath, [saver, fresh(), 'once'], { env })
  })

  const isUnderWay = async (folder: string): Promise<boolean> =>
    (await readdir(folder)).some((name) => name.endsWith('.part'))

  /** Waits for a moment when a save is under way, but not for long: most have one in every few milliseconds. */
  async function underWayIn(folder: string): Promise<void> {
    for (let looked = 0; looked < 1000 && !(await isUnderWay(folder)); looked++);
  }

  /** Kills a process that saves into this folder, over and over, at any moment or when a save is under way; how often one was. */
  async function killAgainAndAgain(folder: string, how: string): Promise<number> {
    let reached = 1
    let underWay = 0
    for (let kill = 0; kill < 8 || (underWay === 0 && kill < 30); kill++) {
      const child = spawn(process.execPath, [saver, folder, how], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env,
      })
      let told = 0
      child.stdout.on('data', (text: Buffer) => {
        told = Number(text.toString().trim().split('\n').at(-1))
      })
      await once(child.stdout, 'data')
      if (kill % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 30 * Math.random()))
      else await underWayIn(folder)
      child.kill('SIGKILL')
      await once(child, 'close')
      if (await isUnderWay(folder)) underWay++

      const { training } = await resumeFolder(filesOf(folder), { of: [plain] })
      const { weights } = await loaded(folder, plain)
      assert.ok(training.step >= Math.max(reached, told), `step ${training.step} after ${reached} and ${told}`)
      assert.deepEqual(training, runAt(training.step))
      // The model is renamed just before the training state, so that it may be one step further.
      const isNext = weights.get('norm.shift')?.data[1] !== training.weights.get('norm.shift')?.data[1]
      assert.deepEqual(weights, runAt(training.step + (isNext ? 1 : 0)).weights)
      reached = training.step
    }
    await save(folder, reached + 1, plain)
    assert.deepEqual(
      (await readdir(folder)).filter((name) => name.endsWith('.part')),
      [],
    )
    return underWay
  }

  test('costs nothing, at whatever moment', { timeout: 60_000 }, async (t) => {
    const folders = await Promise.all([saved(1, plain), saved(1, plain), saved(1, plain)])
    const underWay = await Promise.all(
      folders.map((folder, i) => killAgainAndAgain(folder, i === 0 ? 'whole' : 'sharded')),
    )
    assert.ok(Math.max(...underWay) > 0, 'no kill met a save; the test shows nothing')
    t.diagnostic(`saves that were under way: ${underWay}`)
  })

  test('leaves a model that opens or the beginning of one, when it replaces another', { timeout: 60_000 }, async () => {
    const folder = fresh()
    let beginnings = 0
    for (let kill = 0; kill < 10; kill++) {
      const child = spawn(process.execPath, [saver, folder, 'anew'], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env,
      })
      await once(child.stdout, 'data')
      await new Promise((resolve) => setTimeout(resolve, 30 * Math.random()))
      child.kill('SIGKILL')
      await once(child, 'close')
      const names = await readdir(folder)
      if (isBeginning(names)) beginnings++
      else assert.deepEqual((await loaded(folder, plain)).blueprint.config, tiny)
      assert.equal(contentOfNames(names), isBeginning(names) ? 'nothing' : 'model')
      await save(folder, 1, plain)
      assert.deepEqual((await resumeFolder(filesOf(folder), { of: [plain] })).training, runAt(1))
    }
    assert.ok(beginnings < 10)
  })

  test('leaves files that the next save removes, and nothing else', async () => {
    const folder = await saved()
    for (const name of [
      'model.safetensors.0123456789ab.part',
      'config.json.0123456789ab.part',
      'mine.part',
      'notes.txt',
    ]) {
      await writeFile(join(folder, name), 'x')
    }
    await save(folder, 2)
    const names = await readdir(folder)
    assert.equal(names.length, 8)
    assert.ok(names.includes('mine.part') && names.includes('notes.txt'))
  })
})

describe('a disk that cannot be written', () => {
  /** Saves once in a process that may write only short files; what it printed. */
  async function saveShort(folder: string): Promise<string> {
    const command = `ulimit -f 20; exec "${process.execPath}" "${saver}" "${folder}" once`
    return (await promisify(execFile)('sh', ['-c', command])).stdout
  }

  test('keeps the last checkpoint, and nothing is left behind', { skip: isWindows }, async () => {
    const folder = await saved(4, plain)
    const names = await readdir(folder)
    assert.match(
      await saveShort(folder),
      /run\d+: training\.safetensors \(\d+ bytes\) is longer than files may be here\. What was saved before is as it was\. Choose a folder on another disk\.$/,
    )
    assert.deepEqual(await readdir(folder), names)
    assert.deepEqual((await resumeFolder(filesOf(folder), { of: [plain] })).training, runAt(4))
    assert.deepEqual((await loaded(folder, plain)).weights, runAt(4).weights)
  })

  test('a folder without permission', { skip: isWindows || isRoot ? 'root may do anything' : false }, async () => {
    const folder = await saved()
    await chmod(folder, 0o555)
    await assert.rejects(save(folder, 2), {
      message: `${folder}: model.safetensors cannot be written, permission is denied. What was saved before is as it was. Choose another folder, or change its permissions.`,
    })
    await chmod(folder, 0o755)
  })

  test('a file in the place of the folder', async () => {
    const folder = fresh()
    await writeFile(folder, '')
    await assert.rejects(save(folder, 1), { message: `${folder}: this is a file, not a folder. Choose another name.` })
    await assert.rejects(save(join(folder, 'notes'), 1), {
      message: `${join(folder, 'notes')}: a part of this path is a file, not a folder. Choose another name.`,
    })
  })
})

describe('a folder that does not load', () => {
  const load = (folder: string) => loadFolder(filesOf(folder), reference())
  const resume = (folder: string) => resumeFolder(filesOf(folder), { of: [gpt2] })
  const put = (name: string, text: string) => (folder: string) => writeFile(join(folder, name), text)
  const without = (name: string) => (folder: string) => rm(join(folder, name))
  const replace = (name: string, from: string, to: string) => async (folder: string) => {
    const text = await readFile(join(folder, name), 'utf8')
    assert.ok(text.includes(from))
    await writeFile(join(folder, name), text.replace(from, to))
  }
  const cut = (name: string, bytes: number) => async (folder: string) => {
    const { size } = await stat(join(folder, name))
    await truncate(join(folder, name), size - bytes)
  }

  const cases: [
    name: string,
    damage: (folder: string) => Promise<void>,
    open: (folder: string) => Promise<unknown>,
    message: string,
  ][] = [
    [
      'no config',
      without('config.json'),
      load,
      'FOLDER: there is no config.json in it. Name a folder that holds a model: one that Cutaway saved, or one from Hugging Face.',
    ],
    [
      'no weights',
      without('model.safetensors'),
      load,
      'FOLDER: there is no model.safetensors in it. Name a folder that holds a model: one that Cutaway saved, or one from Hugging Face.',
    ],
    [
      'a tokenizer of another form',
      async (folder) => {
        await rm(join(folder, 'tokenizer.json'))
        await writeFile(join(folder, 'vocab.txt'), 'h\n')
      },
      load,
      'FOLDER: there is no tokenizer.json in it, but a vocab.txt, which Cutaway does not read. In Python, AutoTokenizer.from_pretrained(folder).save_pretrained(folder) may write one.',
    ],
    [
      'no training',
      without('training.safetensors'),
      resume,
      'FOLDER: there is no training.safetensors in it, so there is no training to go on with. Start one, or name the folder of a run.',
    ],
    [
      'weights of PyTorch alone',
      async (folder) => {
        await rm(join(folder, 'model.safetensors'))
        await writeFile(join(folder, 'pytorch_model.bin'), '')
      },
      load,
      'FOLDER: there is no model.safetensors in it, but a pytorch_model.bin, which is Python code in disguise. Save it with safe_serialization=True.',
    ],
    [
      'an index of nothing',
      async (folder) => {
        await rm(join(folder, 'model.safetensors'))
        await writeFile(join(folder, 'model.safetensors.index.json'), '{}')
      },
      load,
      'FOLDER/model.safetensors.index.json: weight_map: expected an object {…}, but found nothing. The file may be damaged, or another one.',
    ],
    [
      'a config that was cut off',
      put('config.json', '{ "vocab_size": 11,'),
      load,
      'FOLDER/config.json: this is not JSON (Expected double-quoted property name in JSON at position 19 (line 1 column 20)). The file may be cut off or damaged; restore it or save it again.',
    ],
    [
      'an empty config',
      put('config.json', ''),
      resume,
      'FOLDER/config.json: this is not JSON (Unexpected end of JSON input). The file may be cut off or damaged; restore it or save it again.',
    ],
    [
      'a config with a wrong number',
      replace('config.json', '"n_embd": 8', '"n_embd": -8'),
      load,
      'FOLDER/config.json: n_embd is -8. Give a whole number from 1 to 10000000000.',
    ],
    [
      'an empty tokenizer',
      put('tokenizer.json', '{}'),
      load,
      'FOLDER/tokenizer.json: model: expected an object {…}, but found nothing. The file may be damaged, or another one.',
    ],
    [
      'a wrong default',
      put('generation_config.json', '{"do_sample":true,"temperature":-1}'),
      load,
      'FOLDER/generation_config.json: temperature is -1. Give a number above 0; 1 leaves the logits as they are.',
    ],
    [
      'empty weights',
      put('model.safetensors', ''),
      load,
      'FOLDER/model.safetensors: the file has 0 bytes, less than the 8 that say how long the header is. It is cut off, or no safetensors file.',
    ],
    [
      'weights that were cut off',
      cut('model.safetensors', 1),
      load,
      'FOLDER/model.safetensors: tensor "transformer.wte.weight": it ends at byte 4864 of the data, but the file has only 4863. The file is cut off; fetch or save it again.',
    ],
    [
      'a config of another size',
      replace('config.json', '"n_positions": 6', '"n_positions": 7'),
      load,
      'FOLDER/model.safetensors: 1 tensor does not fit the model.\n' +
        '  other shape: transformer.wpe.weight is (6, 8), but positions.place (position 7, model 8) takes (7, 8).\n' +
        '  Take the config.json that was saved with these weights.',
    ],
    [
      'a training state that is something else',
      (folder) => cp(join(folder, 'model.safetensors'), join(folder, 'training.safetensors')),
      resume,
      'FOLDER/training.safetensors: its format is "pt", not "cutaway training 1". It is no training state, or that of another version; start the training anew.',
    ],
  ]
  for (const [name, damage, open, message] of cases) {
    test(name, { skip: isWindows }, async () => {
      const folder = await saved()
      await damage(folder)
      await assert.rejects(open(folder), { message: message.replaceAll('FOLDER', folder) })
    })
  }

  test('no folder', { skip: isWindows }, async () => {
    await mkdir(join(all, 'shakespeare'))
    await assert.rejects(load(join(all, 'shakespare')), {
      message: `${join(all, 'shakespare')}: there is no such folder. Did you mean "${join(all, 'shakespeare')}"?`,
    })
    await assert.rejects(load(join(all, 'nothing like it')), {
      message: `${join(all, 'nothing like it')}: there is no such folder. Check the name.`,
    })
  })
})

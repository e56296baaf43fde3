// ImageGPT's folders: its colours are a codec, it reads one id more than it writes, and a picture is drawn from it pixel by pixel. What it
// computes is held beside transformers by tools/parity.ts.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { diskFiles } from '../../src/checkpoint/diskFiles.ts'
import { getWeights } from '../../src/checkpoint/engineWeights.ts'
import { imagegpt } from '../../src/checkpoint/imagegpt.ts'
import { loadFolder } from '../../src/checkpoint/load.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import { PictureCodec } from '../../src/data/pictureCodec.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { draw } from '../../src/generate/draw.ts'
import { Generator } from '../../src/generate/generate.ts'
import { readPng } from '../../src/image/readPng.ts'
import { writePng } from '../../src/image/writePng.ts'
import { read } from '../../src/inspect/read.ts'
import { saveRandom } from '../cli/randomRuns.ts'
import { cutaway } from '../cli/run.ts'

const colours = [
  [-1, -1, -1],
  [1, 1, 1],
  [1, 0, -1],
]
const preprocessor = {
  image_processor_type: 'ImageGPTImageProcessor',
  clusters: colours,
  size: { height: 2, width: 3 },
}

describe('a folder of ImageGPT', () => {
  let folder: string
  const engine = cpu({ threads: 1 })
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cutaway-imagegpt-'))
    const blueprint = imagegpt.blueprint({ vocab: 3, context: 6, layer: 1, head: 1, model: 4 })
    await saveFolder(folder, { blueprint, weights: await getWeights(await engine, blueprint.build()) })
    await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify(preprocessor))
  })
  after(async () => {
    ;(await engine).close()
    await rm(folder, { recursive: true, force: true })
  })

  test('says what transformers says', async () => {
    const config = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'))
    assert.deepEqual(
      [config.model_type, config.vocab_size, config.activation_function, config.tie_word_embeddings],
      ['imagegpt', 4, 'quick_gelu', false],
    )
  })

  test('opens with its colours, and draws every pixel in one of them', async () => {
    const { model, codec, blueprint } = await loadFolder(diskFiles(folder), await engine)
    assert.ok(codec instanceof PictureCodec && model.kind === 'decoder')
    assert.deepEqual(Array.from(codec.codebook.vectors), [0, 0, 0, 255, 255, 255, 255, 127.5, 0])
    assert.deepEqual([codec.length, blueprint.sizes.vocab, model.reads.ids.below], [6, 4, 4])
    const writer = { generator: new Generator({ engine: await engine, model }), codec }
    const drawn: number[][] = [[], []]
    for await (const { row, place, id } of draw(writer, [{}, {}], { seed: 2, temperature: 1 })) drawn[row][place] = id
    assert.ok(drawn.every((ids) => ids.length === 6 && ids.every((id) => id >= 0 && id < 3)))
  })

  test('is drawn from by the command, which gives it no words', async () => {
    const out = join(folder, 'drawn.png')
    const words = ['draw', folder, '--seed', '1', '--scale', '1', '--threads', '1', '--out', out]
    const { code, stderr } = await cutaway(words)
    assert.equal(code, 0, stderr)
    const { width, height, channels } = await readPng(await readFile(out), out)
    assert.deepEqual([width, height, channels], [3, 2, 3])
    assert.match(
      (await cutaway([...words, 'a cat'])).stderr,
      /reads no words, but "a cat" was given\. Leave it out\.\n$/,
    )
    assert.match(
      (await cutaway(['generate', folder])).stderr,
      /holds a model that draws; generate needs a model that writes on \(a decoder\)\. Try "cutaway draw /,
    )
  })

  test('is looked into with pictures, which it reads as codes', async () => {
    const lively = join(folder, 'lively')
    await saveRandom(lively, imagegpt.blueprint({ vocab: 3, context: 6, layer: 1, head: 1, model: 4 }))
    await writeFile(join(lively, 'preprocessor_config.json'), JSON.stringify(preprocessor))
    const [one, other] = ['one.png', 'other.png'].map((name) => join(folder, name))
    // Its colours, a little off: red, white, black in one, turned round in the other.
    const pixels = [250, 120, 3, 255, 250, 251, 4, 0, 2]
    for (const [name, own] of [
      [one, pixels],
      [other, pixels.toReversed()],
    ] as const)
      await writeFile(
        name,
        await writePng({ width: 3, height: 2, channels: 3, pixels: Uint8Array.from([...own, ...own]) }),
      )
    const run = async (command: string, ...words: string[]): Promise<string> => {
      const { code, stdout, stderr } = await cutaway([command, lively, ...words, '--threads', '1'])
      assert.equal(code, 0, stderr)
      return stdout
    }
    const logits = async (file: string, ...words: string[]): Promise<number[]> =>
      JSON.parse(await run('read', file, 'logits', '--json', ...words)).values.logits.data
    const { model } = await loadFolder(diskFiles(lively), await engine)
    assert.ok(model.kind === 'decoder')
    const ids = [3, 2, 1, 0, 2, 1]
    const [own] = (await read({ model, engine: await engine, inputs: { ids }, addresses: ['logits'] })).values()
    assert.deepEqual(await logits(one), [...own.data])
    for (const command of ['attention', 'lens', 'attribute', 'journey', 'graph'])
      assert.match(JSON.parse(await run(command, one, '--json')).tokens.join(), /^0·0,0·1,0·2,1·0,1·1,1·2$/, command)
    assert.match(await run('patch', one, other, '--token', '1'), /^The corrupt picture, with values of the clean one/)
    const from = ['--edit', `blocks.0.output = from "${other}"`]
    assert.notDeepEqual(await logits(one), await logits(other))
    assert.deepEqual(await logits(one, ...from), await logits(other))
    await run('draw', '--out', join(folder, 'drawn.png'), '--seed', '1', ...from)
    const told = async (...words: string[]): Promise<string> =>
      (await cutaway(words)).stderr.replaceAll(lively, 'FOLDER').trimEnd()
    assert.equal(
      await told('attention', lively),
      'cutaway: attention needs a picture: cutaway attention FOLDER picture.png.',
    )
    assert.equal(
      await told('ablate', lively, one),
      'ablate: this model draws pictures and reads no text, on which its loss could be measured. Look at a picture with lens, attribute or patch.',
    )
    assert.equal(
      await told('attribute', lively, one, '--token', 'end'),
      'attribute: --token "end" is no code. The model writes codes instead of text: give a number from 0 to 2.',
    )
    assert.match(await told('heads', lively, one), /^heads: FOLDER reads pictures, and heads looks at texts\./)
    assert.match(await told('lens', lively, 'a text'), /a text: there is no such picture\./)
  })

  test('says which colours are none', async () => {
    const refused = async (change: object): Promise<string> => {
      await writeFile(join(folder, 'preprocessor_config.json'), JSON.stringify({ ...preprocessor, ...change }))
      return loadFolder(diskFiles(folder), await engine).then(
        () => '',
        (error: Error) => error.message.slice(folder.length),
      )
    }
    assert.equal(
      await refused({ clusters: [[0, 0]] }),
      '/preprocessor_config.json: clusters is a list of 1. Give a list of colours, each three numbers from −1 to 1.',
    )
    // A byte is no colour here: it would come out white.
    assert.match(await refused({ clusters: [[255, 0, 0], ...colours.slice(1)] }), /: clusters is a list of 3\. Give /)
    assert.equal(
      await refused({ clusters: [...colours, ...colours] }),
      '/preprocessor_config.json: it has 6 codes, but the model (config.json: vocab_size) knows 4 ids, which should be one more. Restore the folder.',
    )
    assert.match(await refused({ resample: 3 }), /^\/preprocessor_config\.json: resample is 3/)
    assert.match(await refused({ do_normalize: false }), /^\/preprocessor_config\.json: do_normalize is false/)
    assert.equal(
      await refused({ size: 3 }),
      '/preprocessor_config.json: size is 3 × 3, 9 pixels, but the model has 6 places. Restore the file.',
    )
  })
})

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
    assert.equal(
      await refused({ size: 3 }),
      '/preprocessor_config.json: size is 3 × 3, 9 pixels, but the model has 6 places. Restore the file.',
    )
  })
})

// The codec of a run in its folder: to the bit, and never another one's.

import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { diskFiles } from '../../src/checkpoint/diskFiles.ts'
import { getWeights } from '../../src/checkpoint/engineWeights.ts'
import { loadFolder } from '../../src/checkpoint/load.ts'
import { marian } from '../../src/checkpoint/marian.ts'
import type { SavedModel } from '../../src/checkpoint/savedFiles.ts'
import { saveFolder } from '../../src/checkpoint/saveFolder.ts'
import { Codebook } from '../../src/data/codebook.ts'
import { PictureCodec } from '../../src/data/pictureCodec.ts'
import { cpu } from '../../src/engine/cpu/index.ts'
import { trainWords } from '../../src/text/tokenizer/trainWords.ts'

const layout = { width: 4, height: 2, channels: 1, patch: { width: 2, height: 1 } } as const
const numbers = [0, 0, 0.1, 1 / 3, 254.99, 255]
const tokenizer = trainWords('red blue green', { minCount: 1 })

/** The same number of words as of ids that are written: nothing is shared all the same. */
const half = { layer: 1, head: 1, hidden: 4 }
const config = {
  vocab: 4,
  sourceVocab: 4,
  isShared: false,
  context: 5,
  model: 4,
  encoder: half,
  decoder: half,
  special: { end: [3], start: 3 },
}

describe('a folder with a codec', () => {
  let place: string
  const engine = cpu({ threads: 1 })
  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'cutaway-codec-'))
  })
  after(async () => {
    ;(await engine).close()
    await rm(place, { recursive: true, force: true })
  })

  async function model(codes: readonly number[] = numbers): Promise<SavedModel> {
    const blueprint = marian.blueprint(config)
    const weights = await getWeights(await engine, blueprint.build())
    return { blueprint, weights, tokenizer, codec: new PictureCodec(new Codebook(codes, 2), layout) }
  }

  test('gives it back to the bit, with the tokenizer of what is read', async () => {
    const folder = join(place, 'run')
    await saveFolder(folder, await model())
    assert.ok((await readdir(folder)).includes('codec.safetensors'))
    const loaded = await loadFolder(diskFiles(folder), await engine)
    assert.deepEqual(loaded.codec?.toJSON(), { kind: 'picture', ...layout })
    assert.deepEqual(loaded.codec?.codebook.vectors, Float32Array.from(numbers))
    assert.equal(loaded.tokenizer.size, 4)
    assert.deepEqual(loaded.warnings, [])
    assert.equal(loaded.blueprint.sizes.sourceVocab, 4)
  })

  test('is not replaced by another one, nor by a model without', async () => {
    const folder = join(place, 'held')
    await saveFolder(folder, await model())
    await saveFolder(folder, await model())
    await assert.rejects(saveFolder(folder, await model([...numbers.slice(0, 5), 200])), {
      message: `${folder}: it holds another model: its codec.json has other codes. Save into another folder, or delete this one.`,
    })
    const { codec: _, ...without } = await model()
    await assert.rejects(saveFolder(folder, without), {
      message: `${folder}: it holds another model: what it writes is no text, as its codec.json says. Save into another folder, or delete this one.`,
    })
    await saveFolder(folder, without, { replaces: true })
    assert.ok(!(await readdir(folder)).includes('codec.json'))
  })

  test('says what is damaged', async () => {
    const folder = join(place, 'damaged')
    await saveFolder(folder, await model())
    await rm(join(folder, 'codec.safetensors'))
    await assert.rejects(loadFolder(diskFiles(folder), await engine), /there is no codec.safetensors in it/)
    const other = join(place, 'other')
    await saveFolder(other, await model([0, 0, 1, 1]))
    await assert.rejects(loadFolder(diskFiles(other), await engine), {
      message: `${other}/codec.json: it has 2 codes, but the model (config.json: decoder_vocab_size) knows 4 ids, which should be one more. Restore the folder.`,
    })
    const spoilt = join(place, 'spoilt')
    await saveFolder(spoilt, await model())
    const codes = join(spoilt, 'codec.safetensors')
    const bytes = await readFile(codes)
    bytes.writeFloatLE(Number.NaN, bytes.length - 4)
    await writeFile(codes, bytes)
    await assert.rejects(loadFolder(diskFiles(spoilt), await engine), {
      message: `${codes}: vector 2 has NaN in it; every number must be finite. Mend it, or leave it out.`,
    })
    await writeFile(join(folder, 'codec.json'), '[]')
    await assert.rejects(loadFolder(diskFiles(folder), await engine), /there is no codec.safetensors in it/)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FolderFiles } from '../../src/checkpoint/folderFiles.ts'
import { loadPreparation, preparationIn } from '../../src/checkpoint/preprocessorConfig.ts'

const folder = (files: Readonly<Record<string, object>>): FolderFiles => ({
  name: 'run',
  list: async () => Object.keys(files),
  async open(name) {
    if (!(name in files)) return undefined
    const bytes = new TextEncoder().encode(JSON.stringify(files[name]))
    return { size: bytes.length, read: async (offset, into) => into.set(bytes.subarray(offset)), close: async () => {} }
  },
})

const grey = {
  image_processor_type: 'ViTImageProcessor',
  size: { height: 8, width: 8 },
  image_mean: [0.2],
  image_std: [2],
}
const darker = { ...grey, image_mean: [0.1] }

const meanIn = async (files: Readonly<Record<string, object>>) =>
  (await loadPreparation(folder(files), 1))?.preparation.mean

describe('how a folder prepares pictures', () => {
  test('is said by a file of its own, or by the part of a processor, which counts where both are there', async () => {
    assert.deepEqual(await meanIn({ 'preprocessor_config.json': grey }), [0.2])
    assert.deepEqual(await meanIn({ 'processor_config.json': { image_processor: darker } }), [0.1])
    const both = { 'preprocessor_config.json': grey, 'processor_config.json': { image_processor: darker } }
    assert.deepEqual(await meanIn(both), [0.1])
    const other = { 'preprocessor_config.json': grey, 'processor_config.json': { processor_class: 'CLIPProcessor' } }
    assert.deepEqual(await meanIn(other), [0.2])
    assert.equal(await meanIn({}), undefined)
    await assert.rejects(meanIn({ 'processor_config.json': { image_processor: { ...grey, do_pad: true } } }), {
      message:
        'run/processor_config.json: image_processor: do_pad is true, and Cutaway runs only false. Take another checkpoint.',
    })
  })

  test('is as usual for its family where nothing says it', async () => {
    const { preparation, warnings } = await preparationIn(folder({}), 'clip', { channel: 3, down: 32, across: 32 })
    assert.deepEqual(preparation, {
      channels: 3,
      resize: { size: { shortest: 32 }, filter: 'bicubic' },
      crop: { width: 32, height: 32 },
      scale: 1 / 255,
      mean: [0.48145466, 0.4578275, 0.40821073],
      deviation: [0.26862954, 0.26130258, 0.27577711],
    })
    assert.deepEqual(warnings, ['run: it has no preprocessor_config.json; pictures are prepared as is usual for CLIP.'])
    const vit = await preparationIn(folder({}), 'vit', { channel: 1, down: 8, across: 6 })
    assert.deepEqual(vit.preparation, {
      channels: 1,
      resize: { size: { width: 6, height: 8 }, filter: 'bilinear' },
      scale: 1 / 255,
      mean: [0.5],
      deviation: [0.5],
    })
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { FolderFiles } from '../../src/checkpoint/folderFiles.ts'
import { loadPreparation, preparationFromJSON, preparationIn } from '../../src/checkpoint/preprocessorConfig.ts'

const folder = (files: Readonly<Record<string, object | string>>): FolderFiles => ({
  name: 'run',
  list: async () => Object.keys(files),
  async open(name) {
    if (!(name in files)) return undefined
    const file = files[name]
    const bytes = new TextEncoder().encode(typeof file === 'string' ? file : JSON.stringify(file))
    return { size: bytes.length, read: async (offset, into) => into.set(bytes.subarray(offset)), close: async () => {} }
  },
})

const model = { channel: 3, down: 32, across: 32, patch: { down: 16, across: 8 } }

/** The preparation by a file's own text, which may have numbers that no object has. */
const prepared = (fields: object | string, type = 'vit') =>
  preparationIn(folder({ 'preprocessor_config.json': fields }), type, model)

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
    const { preparation, warnings } = await preparationIn(folder({}), 'clip', model)
    assert.deepEqual(preparation, {
      channels: 3,
      resize: { size: { shortest: 32 }, filter: 'bicubic' },
      crop: { width: 32, height: 32 },
      scale: 1 / 255,
      mean: [0.48145466, 0.4578275, 0.40821073],
      deviation: [0.26862954, 0.26130258, 0.27577711],
    })
    assert.deepEqual(warnings, ['run: it has no preprocessor_config.json; pictures are prepared as is usual for CLIP.'])
    const vit = await preparationIn(folder({}), 'vit', {
      ...model,
      channel: 1,
      down: 8,
      across: 6,
    })
    assert.deepEqual(vit.preparation, {
      channels: 1,
      resize: { size: { width: 6, height: 8 }, filter: 'bilinear' },
      scale: 1 / 255,
      mean: [0.5],
      deviation: [0.5],
    })
  })

  test('is, where the file leaves it open, as the processor has it that transformers takes for this family', async () => {
    const clip = {
      mean: [0.48145466, 0.4578275, 0.40821073],
      deviation: [0.26862954, 0.26130258, 0.27577711],
    }
    const half = { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] }
    const square = (edge: number) => ({ width: edge, height: edge })
    const all = { channels: 3, scale: 1 / 255 }
    const usual = {
      vit: { ...all, resize: { size: square(224), filter: 'bilinear' }, ...half },
      deit: { ...all, resize: { size: square(256), filter: 'bicubic' }, crop: square(224), ...half },
      dinov2: { ...all, resize: { size: { shortest: 224 }, filter: 'bicubic' }, crop: square(224), ...clip },
      clip: { ...all, resize: { size: { shortest: 224 }, filter: 'bicubic' }, crop: square(224), ...clip },
    }
    for (const [type, expected] of Object.entries(usual))
      assert.deepEqual((await prepared({}, type)).preparation, expected, type)
    // The processor that is named counts, whatever the model; what is null is not said.
    assert.deepEqual(
      (await prepared({ image_processor_type: 'ViTImageProcessor', image_mean: null }, 'dinov2')).preparation,
      usual.vit,
    )
    assert.deepEqual(preparationFromJSON({}, 1).preparation.mean, [0.5])
  })

  const refused: [fields: object | string, message: string][] = [
    [
      { rescale_factor: 0 },
      'rescale_factor is 0, and every pixel is multiplied by it. Give a number above 0; 1 / 255 (0.00392156862745098) is usual.',
    ],
    [
      { rescale_factor: -1 },
      'rescale_factor is -1, and every pixel is multiplied by it. Give a number above 0; 1 / 255 (0.00392156862745098) is usual.',
    ],
    [{ rescale_factor: '0.1' }, 'rescale_factor is "0.1". Give a number.'],
    ['{"rescale_factor": 1e999}', 'rescale_factor is Infinity. Give a number.'],
    [{ image_std: [1, 0, 1] }, 'image_std has 0 in it, and pixels are divided by it. Give numbers above 0.'],
    [{ image_std: -0.5 }, 'image_std has -0.5 in it, and pixels are divided by it. Give numbers above 0.'],
    [{ image_mean: [] }, 'image_mean is [], but the model reads 3 channels. Give a number for each.'],
    [{ image_mean: [0.5] }, 'image_mean is [0.5], but the model reads 3 channels. Give a number for each.'],
    [
      '{"image_mean": [1e999, 0, 0]}',
      'image_mean is [null,0,0], but the model reads 3 channels. Give a number for each.',
    ],
    [{ size: 0 }, 'size is 0. Give a whole number from 1 to 8192.'],
    [{ size: { height: 32 } }, 'size: width is missing. Give a whole number from 1 to 8192.'],
    [{ size: { height: 32, width: -4 } }, 'size: width is -4. Give a whole number from 1 to 8192.'],
    [
      { size: 8 },
      'size is 8 × 8, which is smaller than one patch of the model (config.json: patch_size, 8 × 16). Restore the file.',
    ],
    [
      { size: { shortest_edge: 15 } },
      'size is 15 × 15, which is smaller than one patch of the model (config.json: patch_size, 8 × 16). Restore the file.',
    ],
    [
      { size: 32, do_center_crop: true, crop_size: { height: 16, width: 7 } },
      'crop_size is 7 × 16, which is smaller than one patch of the model (config.json: patch_size, 8 × 16). Restore the file.',
    ],
    [{ resample: 6 }, 'resample is 6. Give a whole number from 0 to 5.'],
  ]
  for (const [fields, message] of refused)
    test(`is refused: ${typeof fields === 'string' ? fields : JSON.stringify(fields)}`, () =>
      assert.rejects(prepared(fields), { message: `run/preprocessor_config.json: ${message}` }))

  test('may give pictures of a single patch, and of any size that holds one', async () => {
    for (const size of [16, { height: 16, width: 8 }, { shortest_edge: 16 }, 40]) await prepared({ size })
  })
})

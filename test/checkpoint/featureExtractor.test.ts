import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type FeatureExtractor,
  featureExtractorOf,
  framesHeard,
  loadFeatureExtractor,
  soundFeatures,
} from '../../src/checkpoint/featureExtractor.ts'
import { featureFile } from '../../src/checkpoint/featureFiles.ts'
import type { FolderFiles } from '../../src/checkpoint/folderFiles.ts'
import { whisperMel } from '../../src/sound/logMel.ts'

const folder = (files: Readonly<Record<string, object>>): FolderFiles => ({
  name: 'run',
  list: async () => Object.keys(files),
  async open(name) {
    if (!(name in files)) return undefined
    const bytes = new TextEncoder().encode(JSON.stringify(files[name]))
    return { size: bytes.length, read: async (offset, into) => into.set(bytes.subarray(offset)), close: async () => {} }
  },
})

const small: FeatureExtractor = { mel: { ...whisperMel, hop: 320, mels: 40 }, seconds: 3 }
const usual: FeatureExtractor = { mel: whisperMel, seconds: 30 }

describe('a feature extractor', () => {
  test('is read from where it was written, and from what a processor says', async () => {
    const parts: Uint8Array[] = []
    await featureFile(small).write(async (bytes) => {
      parts.push(bytes.slice())
    })
    const json = JSON.parse(new TextDecoder().decode(parts[0])) as object
    assert.deepEqual(await loadFeatureExtractor(folder({ 'preprocessor_config.json': json })), small)
    const within = { 'processor_config.json': { feature_extractor: json } }
    assert.deepEqual(await loadFeatureExtractor(folder(within)), small)
    assert.deepEqual(await loadFeatureExtractor(folder({ 'preprocessor_config.json': {} })), usual)
    assert.equal(await loadFeatureExtractor(folder({ 'processor_config.json': {} })), undefined)
    assert.equal(await loadFeatureExtractor(folder({})), undefined)
  })

  test('that would hear something else is refused', async () => {
    await assert.rejects(loadFeatureExtractor(folder({ 'preprocessor_config.json': { dither: 0.1 } })), {
      message: 'run/preprocessor_config.json: dither is 0.1, and Cutaway runs only 0. Take another checkpoint.',
    })
  })

  test('is that of the model, or is refused', async () => {
    assert.deepEqual(await featureExtractorOf(folder({}), { mel: 80, frames: 3000 }), usual)
    assert.deepEqual(await featureExtractorOf(folder({}), { mel: 128, frames: 3000 }), {
      mel: { ...whisperMel, mels: 128 },
      seconds: 30,
    })
    // Less than a second, to the frame.
    for (const frames of [7, 24, 99])
      assert.equal(framesHeard(await featureExtractorOf(folder({}), { mel: 8, frames })), frames)
    await assert.rejects(featureExtractorOf(folder({ 'preprocessor_config.json': {} }), { mel: 40, frames: 150 }), {
      message:
        'run: its feature extractor makes 3000 frames of 80 numbers, but the model (config.json: max_source_positions, num_mel_bins) reads 150 of 40. Restore the folder.',
    })
  })

  test('makes the frames of a sound at any rate, as many as are heard at once', () => {
    assert.equal(framesHeard(small), 150)
    const { frames, mels, data } = soundFeatures(
      small,
      { rate: 8000, samples: new Float32Array(9000).fill(0.1) },
      'a.wav',
    )
    assert.deepEqual([frames, mels, data.length], [150, 40, 6000])
  })

  test('names a sound that is too long', () => {
    assert.throws(() => soundFeatures(small, { rate: 8000, samples: new Float32Array(28_000) }, 'a.wav'), {
      message: 'a.wav: it lasts 3.5 seconds, but the model hears 3. Cut it into shorter ones.',
    })
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type FeatureExtractor,
  featureExtractorOf,
  framesHeard,
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
    const reads = { mel: 40, frames: 150 }
    assert.deepEqual(await featureExtractorOf(folder({ 'preprocessor_config.json': json }), reads), small)
    const within = { 'processor_config.json': { feature_extractor: json } }
    assert.deepEqual(await featureExtractorOf(folder(within), reads), small)
  })

  test("is Whisper's where its folder says nothing of it, of as many numbers as the model reads", async () => {
    const none: Record<string, object>[] = [{}, { 'preprocessor_config.json': {} }, { 'processor_config.json': {} }]
    for (const files of none)
      assert.deepEqual(await featureExtractorOf(folder(files), { mel: 80, frames: 3000 }), usual)
    assert.deepEqual(await featureExtractorOf(folder({}), { mel: 128, frames: 3000 }), {
      mel: { ...whisperMel, mels: 128 },
      seconds: 30,
    })
    // Less than a second, to the frame.
    for (const frames of [7, 24, 99])
      assert.equal(framesHeard(await featureExtractorOf(folder({}), { mel: 8, frames })), frames)
  })

  const refused: [fields: object, message: string][] = [
    [{ dither: 0.1 }, 'dither is 0.1, and Cutaway runs only 0. Take another checkpoint.'],
    [{ padding_side: 'left' }, 'padding_side is "left", and Cutaway runs only "right". Take another checkpoint.'],
    [
      { feature_size: 40 },
      'feature_size is 40, but the model (config.json: num_mel_bins) reads 80. Restore the folder.',
    ],
    [
      { chunk_length: 15 },
      'chunk_length 15 at a sampling_rate of 16000 and a hop_length of 160 makes 1500 frames, but the model (config.json: max_source_positions) reads 3000. Restore the folder.',
    ],
    [
      { sampling_rate: 8000, hop_length: 80 },
      'sampling_rate is 8000, but the filters of WhisperFeatureExtractor reach 8000 Hz, which takes 16000 samples a second. Restore the file.',
    ],
    [
      { sampling_rate: 32000, hop_length: 320, n_samples: 480000 },
      'n_samples is 480000, but chunk_length, sampling_rate and hop_length make it 960000. Restore the file.',
    ],
    [
      { nb_max_frames: 1500 },
      'nb_max_frames is 1500, but chunk_length, sampling_rate and hop_length make it 3000. Restore the file.',
    ],
    [
      { n_fft: 401 },
      'n_fft is 401, and an odd window makes a frame fewer than the model reads. Give an even number; 400 is usual.',
    ],
    [
      { n_fft: 128 },
      'hop_length is 160, but a frame has n_fft 128 samples, so that those between would not be heard. Restore the file.',
    ],
    [{ sampling_rate: 0 }, 'sampling_rate is 0. Give a whole number from 1 to 1000000.'],
    [{ hop_length: -1 }, 'hop_length is -1. Give a whole number from 1 to 1000000.'],
    [{ chunk_length: 0 }, 'chunk_length is 0. Give a whole number from 1 to 3600.'],
  ]
  for (const [fields, message] of refused)
    test(`is refused: ${JSON.stringify(fields)}`, () =>
      assert.rejects(featureExtractorOf(folder({ 'preprocessor_config.json': fields }), { mel: 80, frames: 3000 }), {
        message: `run/preprocessor_config.json: ${message}`,
      }))

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

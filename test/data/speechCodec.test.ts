// A sound as ids is the sound again, as far as its codes come; and silence at its ends goes.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Codebook } from '../../src/data/codebook.ts'
import { codecFromJSON } from '../../src/data/codec.ts'
import { SpeechCodec, speechCodecOf } from '../../src/data/speechCodec.ts'
import { isSilent, withoutSilentEnds } from '../../src/sound/silence.ts'
import { speechFrames, speechMel } from '../../src/sound/speech.ts'

/** Tones one after the other, a tenth of a second each. */
const tones = (...hertz: number[]) => ({
  rate: 16000,
  samples: Float32Array.from(
    { length: 1600 * hertz.length },
    (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz[Math.floor(n / 1600)] * n) / 16000),
  ),
})

describe('a codec of speech', () => {
  const sounds = [tones(300, 600), tones(600, 1200), tones(1200, 300)]
  const codec = speechCodecOf(sounds, { frames: 2, codes: 24, seed: 1 })

  test('gives sounds as ids, one for every two frames, and as frames again', () => {
    const ids = codec.encode(sounds[0])
    // 3200 samples are 17 frames, the last of which is half a piece.
    assert.equal(ids.length, 8)
    assert.equal(codec.secondsEach, 0.025)
    const { frames, mels, data } = codec.frames(ids)
    assert.deepEqual([frames, mels], [16, 80])
    const own = speechFrames(sounds[0]).data
    const off = data.reduce((sum, x, i) => sum + Math.abs(x - own[i]), 0) / data.length
    assert.ok(off < 0.1, `off by ${off} of log₁₀`)
    assert.deepEqual(codec.encode(codec.decode(ids, { rounds: 20 })).length, 8)
  })

  test('takes sounds of any rate', () => {
    const slow = { rate: 8000, samples: sounds[0].samples.filter((_, i) => i % 2 === 0) }
    assert.equal(codec.encode(slow).length, 8)
  })

  test('makes the same sound of the same ids, and none of none', () => {
    const ids = [3, 1, 4, 1]
    assert.deepEqual(codec.decode(ids, { rounds: 3 }), codec.decode(ids, { rounds: 3 }))
    assert.equal(codec.decode(ids).samples.length, 1400)
    assert.equal(codec.decode([]).samples.length, 0)
    assert.equal(codec.decode([3]).samples.length, 600)
  })

  test('tells all of itself but its codes', () => {
    assert.deepEqual(codec.toJSON(), { kind: 'speech', frames: 2, ...speechMel })
    const again = new SpeechCodec(codec.codebook, { frames: 2, ...speechMel })
    assert.deepEqual(again.encode(sounds[1]), codec.encode(sounds[1]))
  })

  test('is told again by its JSON, unless no sound can be made by it', () => {
    const read = (change: object) => codecFromJSON({ ...codec.toJSON(), ...change }, codec.codebook, 'run/codec.json')
    assert.deepEqual(read({}).toJSON(), codec.toJSON())
    const refused: [change: object, message: string][] = [
      [
        { rate: 8000 },
        'rate is 8000, but the filters reach 8000 Hz (highest), which takes 16000 samples a second. Restore the file.',
      ],
      [{ rate: 0 }, 'rate is 0. Give a whole number from 1 to 1000000.'],
      [{ hop: 1025 }, 'hop is 1025, but a window has 1024 samples, so that some would be in none. Restore the file.'],
      [{ window: 2.5 }, 'window is 2.5. Give a whole number from 1 to 1000000.'],
      [{ highest: null }, 'highest is null. Give a whole number from 1 to 1000000.'],
      [
        { mels: 40 },
        'its codes have 160 numbers, but 2 frames of 40 mels have 80. Give the codebook that belongs to it.',
      ],
    ]
    for (const [change, message] of refused)
      assert.throws(() => read(change), { message: `run/codec.json: ${message}` })
  })

  test('refuses codes that are no pieces, and to be made of nothing', () => {
    assert.throws(() => new SpeechCodec(new Codebook([1, 2, 3], 3), { frames: 2, ...speechMel }, 'codec.json'), {
      message:
        'codec.json: its codes have 3 numbers, but 2 frames of 80 mels have 160. Give the codebook that belongs to it.',
    })
    assert.throws(() => speechCodecOf([], { frames: 2, codes: 4, seed: 0 }), {
      message: 'codec: there is no sound. Give at least one.',
    })
  })
})

describe('silence', () => {
  const sound = { rate: 1000, samples: new Float32Array(500) }
  test('goes at both ends, but for a little', () => {
    const heard = { rate: 1000, samples: sound.samples.with(200, 0.5).with(300, -0.1) }
    const { samples } = withoutSilentEnds(heard)
    assert.deepEqual(samples, heard.samples.slice(175, 351))
    assert.equal(isSilent(heard), false)
  })

  test('is all of a sound in which nothing is heard', () => {
    assert.equal(isSilent(sound), true)
    assert.equal(withoutSilentEnds(sound).samples.length, 0)
  })
})

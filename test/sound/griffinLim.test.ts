// Spectra give their sound back; without their phases Griffin-Lim finds a sound that has the same magnitudes; and frames of speech
// are spoken so that they are heard again.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { griffinLim } from '../../src/sound/griffinLim.ts'
import type { MelFrames } from '../../src/sound/logMel.ts'
import { FramedFourier } from '../../src/sound/spectra.ts'
import { quietest, soundOfFrames, speechFrames } from '../../src/sound/speech.ts'

const framing = { window: 64, hop: 16 }

/** A tone that rises, with one an octave below it. */
const glide = (length: number, rate = 0.1): Float32Array =>
  Float32Array.from({ length }, (_, n) => {
    const angle = rate * n * (1 + n / length)
    return 0.5 * Math.sin(angle) + 0.3 * Math.sin(angle / 2)
  })

const difference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.sqrt(Array.from(a, (x, i) => (x - b[i]) ** 2).reduce((sum, x) => sum + x, 0))

describe('spectra', () => {
  for (const frames of [20, 21])
    test(`give their sound back: ${frames} frames`, () => {
      const sound = glide(16 * (frames - 1))
      const fourier = new FramedFourier(framing)
      const spectra = fourier.spectra(sound)
      assert.equal(spectra.frames, frames)
      const again = fourier.sound(spectra)
      assert.equal(again.length, sound.length)
      assert.ok(difference(again, sound) < 1e-6)
    })

  test('of an odd window give their sound back', () => {
    const fourier = new FramedFourier({ window: 45, hop: 9 })
    const sound = glide(180)
    assert.ok(difference(fourier.sound(fourier.spectra(sound)), sound) < 1e-6)
  })

  test('refuse a sound that is too short', () => {
    assert.throws(() => new FramedFourier(framing).spectra(new Float32Array(32)), {
      message:
        'spectrogram: 32 samples are no more than half a window of 64, which is mirrored at the ends. Give a longer sound.',
    })
  })
})

describe('griffinLim', () => {
  const fourier = new FramedFourier(framing)
  const magnitudes = (sound: ArrayLike<number>) => {
    const { real, imaginary, ...sizes } = fourier.spectra(sound)
    return { ...sizes, data: real.map((x, i) => Math.hypot(x, imaginary[i])) }
  }
  const wanted = magnitudes(glide(640))
  const off = (rounds: number): number => {
    const found = magnitudes(griffinLim(wanted, framing, { rounds, seed: 1 }))
    return difference(found.data, wanted.data) / difference(wanted.data, new Float64Array(wanted.data.length))
  }

  test('comes nearer to the magnitudes with every round', () => {
    const [guessed, some, more] = [0, 10, 60].map(off)
    assert.ok(guessed > 0.4 && some < guessed / 2 && more < some && more < 0.1, `${guessed}, ${some}, ${more}`)
  })

  test('gives the same sound for the same seed, another for another', () => {
    const [one, same, other] = [3, 3, 4].map((seed) => griffinLim(wanted, framing, { rounds: 2, seed }))
    assert.deepEqual(one, same)
    assert.ok(difference(one, other) > 1)
  })

  test('refuses magnitudes of another window', () => {
    assert.throws(() => griffinLim(wanted, { window: 32, hop: 8 }), {
      message: 'griffinLim: 33 bins are not the 17 of a window of 32 samples.',
    })
  })
})

describe('frames of speech', () => {
  const sound = { rate: 16000, samples: glide(6400, 0.05) }

  test('are spoken so that they are heard again', () => {
    const frames = speechFrames(sound)
    assert.deepEqual([frames.frames, frames.mels], [33, 80])
    const spoken = soundOfFrames(frames, undefined, { rounds: 30 })
    assert.equal(spoken.samples.length, 6400)
    // Of filters that hear a hundredth of the loudest and less, others' leakage is most of what there is.
    const loud = ({ data }: MelFrames) => data.map((x) => Math.max(x, Math.max(...frames.data) - 2))
    const mean = difference(loud(speechFrames(spoken)), loud(frames)) / Math.sqrt(frames.data.length)
    assert.ok(mean < 0.1, `off by ${mean} of log₁₀`)
  })

  test('of silence are as quiet as can be, and are spoken as silence', () => {
    const frames = speechFrames({ rate: 16000, samples: new Float32Array(2000) })
    assert.ok(frames.data.every((x) => x === quietest))
    const { samples } = soundOfFrames(frames)
    assert.ok(samples.every((x) => Math.abs(x) < 1e-3))
  })

  test('are of one rate', () => {
    assert.throws(() => speechFrames({ rate: 8000, samples: new Float32Array(2000) }), {
      message: 'speech: the sound has 8000 samples a second, but frames are made of 16000. Resample it.',
    })
  })
})

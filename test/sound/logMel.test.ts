// Log-mel frames and mel filters are those of transformers (tools/make_sound_fixtures.py), and a spectrum is the sum that defines it.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Fourier } from '../../src/sound/fourier.ts'
import { logMel, whisperMel } from '../../src/sound/logMel.ts'
import { melFilters } from '../../src/sound/melFilters.ts'
import { hann } from '../../src/sound/spectra.ts'
import { spectrogram } from '../../src/sound/spectrogram.ts'

interface Fixture {
  readonly logMel: readonly { samples: number; mels: number; every: number; frames: number[][] }[]
  readonly melFilters: readonly {
    rate: number
    window: number
    mels: number
    lowest: number
    highest: number
    filters: number[][]
  }[]
}

const fixture = JSON.parse(readFileSync(new URL('../fixtures/sound.json', import.meta.url), 'utf8')) as Fixture

/** Two tones, one of them gliding, with noise, fading away. */
function sound(samples: number): Float32Array {
  let state = 1
  return Float32Array.from({ length: samples }, (_, n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const noise = state / 2 ** 32 - 0.5
    const tones = 0.3 * Math.sin(0.05 * n + 30 * Math.sin(0.001 * n)) + 0.2 * Math.sin(0.4 * n)
    return (tones + 0.02 * noise) * Math.exp(-n / 4000)
  })
}

const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - b[i])))

describe('log-mel frames', () => {
  for (const { samples, mels, every, frames } of fixture.logMel)
    test(`of ${samples} samples by ${mels} filters are Whisper's`, () => {
      const found = logMel(sound(samples), { ...whisperMel, mels }, 16000)
      assert.deepEqual([found.frames, found.mels], [100, mels])
      for (const [i, row] of frames.entries()) {
        const first = i * every * mels
        assert.ok(farthest(row, found.data.subarray(first, first + mels)) < 1e-5, `frame ${i * every}`)
      }
    })

  test('are one for every hop where no length is asked for', () => {
    assert.equal(logMel(sound(1000), whisperMel).frames, 6)
  })
})

describe('mel filters', () => {
  for (const { filters, ...scale } of fixture.melFilters)
    test(`of ${scale.rate} samples in a second are transformers'`, () => {
      const found = melFilters(scale)
      for (const [mel, row] of filters.entries()) {
        const { first, weights } = found[mel]
        const whole = new Float64Array(row.length)
        whole.set(weights, first)
        assert.ok(farthest(row, whole) < 1e-8, `filter ${mel}`)
      }
    })
})

describe('a Fourier transform', () => {
  for (const length of [1, 2, 7, 16, 30, 400])
    test(`of ${length} numbers is the sum that defines it`, () => {
      const [real, imaginary] = [1, 2].map((of) => Float64Array.from({ length }, (_, n) => Math.sin(n * n * of + of)))
      const sums = Array.from({ length }, (_, k) => {
        const at = { real: 0, imaginary: 0 }
        for (let n = 0; n < length; n++) {
          const angle = (-2 * Math.PI * k * n) / length
          at.real += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle)
          at.imaginary += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle)
        }
        return at
      })
      new Fourier(length).transform({ real, imaginary })
      const near = 1e-10
      assert.ok(farthest(sums.map((sum) => sum.real), real) < near) // biome-ignore format: beside its like
      assert.ok(farthest(sums.map((sum) => sum.imaginary), imaginary) < near) // biome-ignore format: beside its like
    })

  test('has a whole length', () => {
    assert.throws(() => new Fourier(2.5), {
      message: 'fourier: a length of 2.5 is no whole number from 1 on. Give the number of samples in a window.',
    })
  })
})

describe('a spectrogram', () => {
  test('hears a tone in its bin, in an odd number of frames as well', () => {
    const tone = Float32Array.from({ length: 640 }, (_, n) => Math.cos((2 * Math.PI * 8 * n) / 64))
    const { frames, bins, power } = spectrogram(tone, { window: 64, hop: 32 }, 5)
    assert.deepEqual([frames, bins], [5, 33])
    // Σ hann / 2 = 16: the amplitude of a tone of 1 in its bin.
    for (let frame = 1; frame < 5; frame++) assert.ok(Math.abs(power[frame * bins + 8] - 256) < 1e-4)
    for (let frame = 1; frame < 5; frame++) assert.ok(power[frame * bins + 12] < 1e-8)
  })

  test('is of a sound that is longer than half a window', () => {
    assert.throws(() => spectrogram(new Float32Array(32), { window: 64, hop: 32 }), {
      message:
        'spectrogram: 32 samples are no more than half a window of 64, which is mirrored at the ends. Give a longer sound.',
    })
  })

  test('fades windows periodically', () => {
    assert.ok(farthest(hann(4), [0, 0.5, 1, 0.5]) < 1e-15)
  })
})

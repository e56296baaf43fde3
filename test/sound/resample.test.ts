// Resampled, a sweep through all frequencies that both rates have is what it would have been at the other rate.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { resample } from '../../src/sound/resample.ts'

const take = (rate: number, of: (seconds: number) => number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.ceil(rate * seconds) }, (_, i) => of(i / rate))

/** The largest of some numbers in the middle of a sound, away from where it begins and ends at once. */
const inside = ({ length }: Float32Array, margin: number, of: (i: number) => number): number => {
  let largest = 0
  for (let i = margin; i < length - margin; i++) largest = Math.max(largest, Math.abs(of(i)))
  return largest
}

describe('resample', () => {
  const rates = [
    [8000, 16000],
    [22050, 16000],
    [48000, 16000],
    [16000, 44100],
    [11025, 8000],
  ] as const
  for (const [from, to] of rates)
    test(`gives a sweep at ${from} as it is at ${to}`, () => {
      const seconds = 1
      const highest = 0.45 * Math.min(from, to)
      const sweep = (t: number): number => Math.sin((Math.PI * highest * t * t) / seconds)
      const { rate, samples } = resample({ rate: from, samples: take(from, sweep, seconds) }, to)
      assert.equal(rate, to)
      assert.equal(samples.length, to * seconds)
      const margin = to / 20
      const error = inside(samples, margin, (i) => samples[i] - sweep(i / to))
      assert.ok(error < 1e-5, `differs by ${error}`)
    })

  test('takes away what the lower rate has no room for', () => {
    const tone = take(48000, (t) => Math.sin(2 * Math.PI * 8100 * t), 0.1)
    const { samples } = resample({ rate: 48000, samples: tone }, 16000)
    const rest = inside(samples, 100, (i) => samples[i])
    assert.ok(rest < 1e-4, `${rest} is left`)
  })

  test('keeps what is constant, and a sound at its own rate', () => {
    const samples = new Float32Array(2000).fill(0.5)
    const other = resample({ rate: 7, samples }, 5).samples
    assert.ok(inside(other, 100, (i) => other[i] - 0.5) < 1e-7)
    assert.equal(resample({ rate: 7, samples }, 7).samples, samples)
  })

  test('refuses rates that are none', () => {
    assert.throws(() => resample({ rate: 8000, samples: new Float32Array(1) }, 0), {
      message: 'resample: the rate is 0; it must be a whole number of samples a second.',
    })
  })
})

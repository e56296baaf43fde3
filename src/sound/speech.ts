// Speech as frames that it can be spoken from: the loudness of each mel filter, and back.
//
//   sound → |spectra| → mel filters → log₁₀, at least 10⁻⁵          frames → magnitudes → Griffin-Lim → sound
//
// Filters are wide, so that many magnitudes sound alike to them. Of these are taken those that are nowhere below 0 and come nearest to
// what the filters heard, by Lee and Seung's steps (2001, "Algorithms for non-negative matrix factorization"):
//
//   x ← x · (Fᵀ m) / (Fᵀ F x)

import { griffinLim, type Magnitudes } from './griffinLim.ts'
import { type LogMelSettings, type MelFrames, melPowers } from './logMel.ts'
import { type MelFilter, melFilters } from './melFilters.ts'
import type { Sound } from './sound.ts'
import { binsIn } from './spectra.ts'
import { spectrogram } from './spectrogram.ts'

/** The settings by which speech is spoken: 80 frames a second. */
export const speechMel: LogMelSettings = { rate: 16000, window: 1024, hop: 200, mels: 80, highest: 8000 }

/** The least that a filter hears, as log₁₀. */
export const quietest = -5

/** The frames of a sound: one for every hop, and one. Throws for a sound of another rate, or too short for a window. */
export function speechFrames({ rate, samples }: Sound, settings: LogMelSettings = speechMel): MelFrames {
  if (rate !== settings.rate)
    throw new Error(
      `speech: the sound has ${rate} samples a second, but frames are made of ${settings.rate}. Resample it.`,
    )
  const { frames, bins, power } = spectrogram(samples, settings)
  const heard = melPowers(power.map(Math.sqrt), bins, melFilters(settings))
  return {
    frames,
    mels: settings.mels,
    data: Float32Array.from(heard, (x) => Math.log10(Math.max(x, 10 ** quietest))),
  }
}

/**
 * The sound of frames, one hop shorter than as many hops; of so few that they make no window, with silence behind them.
 *
 * - `rounds`, `seed`: those of `griffinLim`
 */
export function soundOfFrames(
  { frames, mels, data }: MelFrames,
  settings: LogMelSettings = speechMel,
  options: { readonly rounds?: number; readonly seed?: number } = {},
): Sound {
  const bins = binsIn(settings.window)
  const least = Math.ceil(bins / settings.hop) + 1
  const enough = { frames: Math.max(frames, least), mels, data: new Float32Array(Math.max(frames, least) * mels) }
  enough.data.fill(quietest).set(data)
  const magnitudes = magnitudesOf(enough, melFilters(settings), bins)
  return { rate: settings.rate, samples: griffinLim(magnitudes, settings, options) }
}

const steps = 50

/** Magnitudes that the filters hear as these frames. */
function magnitudesOf({ frames, mels, data }: MelFrames, filters: readonly MelFilter[], bins: number): Magnitudes {
  const found = new Float64Array(frames * bins)
  const back = (heard: Float64Array): Float64Array => {
    const sums = new Float64Array(bins)
    for (const [mel, { first, weights }] of filters.entries())
      for (let i = 0; i < weights.length; i++) sums[first + i] += weights[i] * heard[mel]
    return sums
  }
  for (let frame = 0; frame < frames; frame++) {
    const wanted = back(Float64Array.from(data.subarray(frame * mels, (frame + 1) * mels), (x) => 10 ** x))
    const x = wanted.slice()
    for (let step = 0; step < steps; step++) {
      const has = back(melPowers(x, bins, filters))
      for (let bin = 0; bin < bins; bin++) x[bin] *= wanted[bin] / Math.max(has[bin], 1e-30)
    }
    found.set(x, frame * bins)
  }
  return { frames, bins, data: found }
}

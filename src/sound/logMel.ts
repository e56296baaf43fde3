// Log-mel frames: a sound as Whisper reads it, a row of numbers every 10 ms.
//
//   power of frames (400 samples every 160) → mel filters → log₁₀, at least 10⁻¹⁰ → no more than 8 below the largest → (x + 4) / 4
//
// Radford et al. 2022, section 2.2. A recording is first made as long as the model reads (30 s), with silence behind it.

import { type MelFilter, melFilters } from './melFilters.ts'
import type { Framing } from './spectra.ts'
import { spectrogram } from './spectrogram.ts'

/** The way from samples to log-mel frames. */
export interface LogMelSettings extends Framing {
  /** Samples in a second. */
  readonly rate: number
  /** The number of filters, which is how many numbers a frame has. */
  readonly mels: number
  /** The frequency where the last filter ends, in Hz. */
  readonly highest: number
}

/** The settings that all of Whisper's models have but for `mels`, which is 128 in the third version. */
export const whisperMel: LogMelSettings = { rate: 16000, window: 400, hop: 160, mels: 80, highest: 8000 }

/** Numbers of frames, (frame, mel). */
export interface MelFrames {
  readonly frames: number
  readonly mels: number
  readonly data: Float32Array
}

/** The powers of mel filters, (frame, mel), as a spectrogram has those of bins. */
export function melPowers(power: Float64Array, bins: number, filters: readonly MelFilter[]): Float64Array {
  const frames = power.length / bins
  const heard = new Float64Array(frames * filters.length)
  for (let frame = 0; frame < frames; frame++)
    hear(power.subarray(frame * bins, (frame + 1) * bins), filters, heard.subarray(frame * filters.length))
  return heard
}

/** The powers of mel filters in one frame. */
function hear(power: Float64Array, filters: readonly MelFilter[], heard: Float64Array): void {
  for (let mel = 0; mel < filters.length; mel++) {
    const { first, weights } = filters[mel]
    let sum = 0
    for (let i = 0; i < weights.length; i++) sum += weights[i] * power[first + i]
    heard[mel] = sum
  }
}

/**
 * The log-mel frames of a sound: ⌊samples / hop⌋ of them, of the sound with silence behind it or cut where it is not of
 * `length` samples.
 */
export function logMel(samples: Float32Array, settings: LogMelSettings, length = samples.length): MelFrames {
  const { window, hop, mels } = settings
  const sound = new Float32Array(length)
  sound.set(samples.subarray(0, length))
  const frames = Math.floor(length / hop)
  const { power, bins } = spectrogram(sound, { window, hop }, frames)
  const heard = melPowers(power, bins, melFilters(settings))
  let largest = Number.NEGATIVE_INFINITY
  for (let frame = 0; frame < frames; frame++)
    largest = Math.max(largest, takeLogarithms(heard.subarray(frame * mels, (frame + 1) * mels)))
  const data = new Float32Array(heard.length)
  for (let frame = 0; frame < frames; frame++)
    scale(heard.subarray(frame * mels, (frame + 1) * mels), largest - 8, data.subarray(frame * mels))
  return { frames, mels, data }
}

// Loops over all cells are short functions that are called for each frame: engines of JavaScript make such fast at once, and keep them so.

/** Puts log₁₀ of powers in their place, and gives the largest. */
function takeLogarithms(powers: Float64Array): number {
  let largest = Number.NEGATIVE_INFINITY
  for (let i = 0; i < powers.length; i++) {
    powers[i] = Math.log10(Math.max(powers[i], 1e-10))
    largest = Math.max(largest, powers[i])
  }
  return largest
}

function scale(logarithms: Float64Array, least: number, scaled: Float32Array): void {
  for (let i = 0; i < logarithms.length; i++) scaled[i] = (Math.max(logarithms[i], least) + 4) / 4
}

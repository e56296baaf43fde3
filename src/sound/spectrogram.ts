// The spectrogram: how strong each frequency is in a sound, frame by frame. A frame is a window of samples around its middle,
// faded in and out (Hann); frames stand `hop` samples apart, the first around sample 0, and what lies beyond the ends is the
// sound itself, mirrored there.

import { fourier } from './fourier.ts'

/** The frames into which a sound is cut. */
export interface Framing {
  /** The number of samples in a frame. */
  readonly window: number
  /** The number of samples from a frame to the next. */
  readonly hop: number
}

/** Powers |X|² of the bins from 0 Hz to half the rate, (frame, bin). */
export interface Spectrogram {
  readonly frames: number
  readonly bins: number
  readonly power: Float64Array
}

/** The periodic Hann window: 0.5 − 0.5 · cos(2πn/N). */
export const hann = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length))

/**
 * The spectrogram of a sound: 1 + ⌊samples / hop⌋ frames, or the first `frames` of them.
 *
 * Throws for a sound that is too short to be mirrored at its ends.
 */
export function spectrogram(
  samples: Float32Array | Float64Array,
  { window, hop }: Framing,
  frames = 1 + Math.floor(samples.length / hop),
): Spectrogram {
  const half = Math.floor(window / 2)
  if (samples.length <= half)
    throw new Error(
      `spectrogram: ${samples.length} samples are no more than half a window of ${window}, which is mirrored at the ends. Give a longer sound.`,
    )
  const bins = half + 1
  const power = new Float64Array(frames * bins)
  const fade = hann(window)
  const transform = fourier(window)
  const real = new Float64Array(window)
  const imaginary = new Float64Array(window)
  // Two real frames are one complex: X_k = (Z_k + conj Z_{N−k}) / 2, Y_k = (Z_k − conj Z_{N−k}) / 2i.
  for (let frame = 0; frame < frames; frame += 2) {
    framed(real, samples, frame * hop - half, fade)
    if (frame + 1 < frames) framed(imaginary, samples, (frame + 1) * hop - half, fade)
    else imaginary.fill(0)
    transform(real, imaginary)
    for (let bin = 0; bin < bins; bin++) {
      const mirrored = (window - bin) % window
      const [a, b, c, d] = [real[bin], imaginary[bin], real[mirrored], imaginary[mirrored]]
      power[frame * bins + bin] = ((a + c) ** 2 + (b - d) ** 2) / 4
      if (frame + 1 < frames) power[(frame + 1) * bins + bin] = ((b + d) ** 2 + (c - a) ** 2) / 4
    }
  }
  return { frames, bins, power }
}

/** Puts the samples from `start` on into a frame, mirrored at the ends of the sound. */
function framed(frame: Float64Array, samples: ArrayLike<number>, start: number, fade: Float64Array): void {
  const last = samples.length - 1
  for (let n = 0; n < frame.length; n++) {
    const place = Math.abs(start + n)
    frame[n] = samples[place > last ? 2 * last - place : place] * fade[n]
  }
}

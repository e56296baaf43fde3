// Spectra: the frequencies in a sound with their phases, frame by frame; and the sound that has them. A frame is a window of samples around
// its middle, faded in and out (Hann); frames stand `hop` samples apart, the first around sample 0, and what lies beyond the ends is the
// sound itself, mirrored there.
//
//   X[k] = Σ_n w[n] · x[n] · e^(−2πi·kn/N)            x = Σ_frames w · inverse(X) / Σ_frames w²
//
// The second is the sound whose spectra are nearest, in squares, to numbers that need not be the spectra of any: Griffin and Lim 1984.

import { type Fourier, fourier } from './fourier.ts'

/** The frames into which a sound is cut. */
export interface Framing {
  /** The number of samples in a frame. */
  readonly window: number
  /** The number of samples from a frame to the next. */
  readonly hop: number
}

/** Complex numbers of the bins from 0 Hz to half the rate, (frame, bin). */
export interface Spectra {
  readonly frames: number
  readonly bins: number
  readonly real: Float64Array
  readonly imaginary: Float64Array
}

/** The number of bins, from 0 Hz to half the rate, of so many samples. */
export const binsIn = (window: number): number => Math.floor(window / 2) + 1

/** The periodic Hann window: 0.5 − 0.5 · cos(2πn/N). */
export const hann = (length: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / length))

/** The way between sound and spectra, with its tables made once. */
export class FramedFourier {
  readonly framing: Framing
  readonly bins: number
  readonly #half: number
  readonly #fade: Float64Array
  readonly #transform: Fourier
  /** Two real frames are transformed as one complex. */
  readonly #first: Float64Array
  readonly #second: Float64Array

  constructor(framing: Framing) {
    const { window } = framing
    this.framing = framing
    this.#half = Math.floor(window / 2)
    this.bins = binsIn(window)
    this.#fade = hann(window)
    this.#transform = fourier(window)
    this.#first = new Float64Array(window)
    this.#second = new Float64Array(window)
  }

  /**
   * The spectra of a sound: 1 + ⌊samples / hop⌋ frames, or the first `frames` of them.
   *
   * Throws for a sound that is too short to be mirrored at its ends.
   */
  spectra(samples: ArrayLike<number>, frames = 1 + Math.floor(samples.length / this.framing.hop)): Spectra {
    const { window, hop } = this.framing
    const half = this.#half
    if (samples.length <= half)
      throw new Error(
        `spectrogram: ${samples.length} samples are no more than half a window of ${window}, which is mirrored at the ends. Give a longer sound.`,
      )
    const { bins } = this
    const [real, imaginary] = [new Float64Array(frames * bins), new Float64Array(frames * bins)]
    // X_k = (Z_k + conj Z_{N−k}) / 2, Y_k = (Z_k − conj Z_{N−k}) / 2i.
    for (let frame = 0; frame < frames; frame += 2) {
      const isLast = frame + 1 === frames
      framed(this.#first, samples, frame * hop - half, this.#fade)
      if (isLast) this.#second.fill(0)
      else framed(this.#second, samples, (frame + 1) * hop - half, this.#fade)
      this.#transform(this.#first, this.#second)
      for (let bin = 0, at = frame * bins; bin < bins; bin++, at++) {
        const mirrored = (window - bin) % window
        const [a, b] = [this.#first[bin], this.#second[bin]]
        const [c, d] = [this.#first[mirrored], this.#second[mirrored]]
        real[at] = (a + c) / 2
        imaginary[at] = (b - d) / 2
        if (isLast) continue
        real[at + bins] = (b + d) / 2
        imaginary[at + bins] = (c - a) / 2
      }
    }
    return { frames, bins, real, imaginary }
  }

  /** The sound of spectra, hop · (frames − 1) samples of it. */
  sound({ frames, real, imaginary }: Spectra): Float64Array {
    const { window, hop } = this.framing
    const { bins } = this
    const sound = new Float64Array(window + hop * (frames - 1))
    const weight = new Float64Array(sound.length)
    for (let frame = 0; frame < frames; frame += 2) {
      const isLast = frame + 1 === frames
      // Z = X + iY, whose inverse has both frames; with real and imaginary parts exchanged the transform is N times its own inverse.
      for (let k = 0; k < window; k++) {
        const isMirrored = k >= bins
        const at = frame * bins + (isMirrored ? window - k : k)
        const sign = isMirrored ? -1 : 1
        this.#first[k] = real[at] - (isLast ? 0 : sign * imaginary[at + bins])
        this.#second[k] = sign * imaginary[at] + (isLast ? 0 : real[at + bins])
      }
      this.#transform(this.#second, this.#first)
      this.#add(this.#first, frame, sound, weight)
      if (!isLast) this.#add(this.#second, frame + 1, sound, weight)
    }
    for (let i = 0; i < sound.length; i++) sound[i] /= Math.max(weight[i], 1e-3)
    return sound.slice(this.#half, this.#half + hop * (frames - 1))
  }

  #add(values: Float64Array, frame: number, sound: Float64Array, weight: Float64Array): void {
    const { window, hop } = this.framing
    for (let n = 0; n < window; n++) {
      const fade = this.#fade[n]
      sound[frame * hop + n] += (fade * values[n]) / window
      weight[frame * hop + n] += fade * fade
    }
  }
}

/** Puts the samples from `start` on into a frame, mirrored at the ends of the sound. */
function framed(frame: Float64Array, samples: ArrayLike<number>, start: number, fade: Float64Array): void {
  const last = samples.length - 1
  for (let n = 0; n < frame.length; n++) {
    const place = Math.abs(start + n)
    frame[n] = samples[place > last ? 2 * last - place : place] * fade[n]
  }
}

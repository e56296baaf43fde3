// Spectra: the frequencies in a sound with their phases, frame by frame; and the sound that has them. A frame is a window of samples around
// its middle, faded in and out (Hann); frames stand `hop` samples apart, the first around sample 0, and what lies beyond the ends is the
// sound itself, mirrored there.
//
//   X[k] = Σ_n w[n] · x[n] · e^(−2πi·kn/N)            x = Σ_frames w · inverse(X) / Σ_frames w²
//
// The second is the sound whose spectra are nearest, in squares, to numbers that need not be the spectra of any: Griffin and Lim 1984.

import { type Complex, Fourier } from './fourier.ts'

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
  readonly #fourier: Fourier
  /** Two real frames are transformed as one complex: the first is the real part, the second the imaginary one. */
  readonly #pair: Complex

  constructor(framing: Framing) {
    const { window } = framing
    this.framing = framing
    this.#half = Math.floor(window / 2)
    this.bins = binsIn(window)
    this.#fade = hann(window)
    this.#fourier = new Fourier(window)
    this.#pair = { real: new Float64Array(window), imaginary: new Float64Array(window) }
  }

  /**
   * The spectra of a sound: 1 + ⌊samples / hop⌋ frames, or the first `frames` of them.
   *
   * Throws for a sound that is too short to be mirrored at its ends.
   */
  spectra(samples: ArrayLike<number>, frames = this.#framesIn(samples)): Spectra {
    const { bins } = this
    const spectra = { frames, bins, real: new Float64Array(frames * bins), imaginary: new Float64Array(frames * bins) }
    this.#forPairs(samples, frames, (frame) => this.#takeSpectra(spectra, frame))
    return spectra
  }

  /** Their powers |X|², (frame, bin), without keeping what they are made of. */
  powers(samples: ArrayLike<number>, frames = this.#framesIn(samples)): Float64Array {
    const powers = new Float64Array(frames * this.bins)
    this.#forPairs(samples, frames, (frame) => this.#takePowers(powers, frame, frame + 1 < frames))
    return powers
  }

  #framesIn(samples: ArrayLike<number>): number {
    return 1 + Math.floor(samples.length / this.framing.hop)
  }

  /** Transforms frames two by two; `take` is told the first of each pair, and the last one alone where they are odd. */
  #forPairs(samples: ArrayLike<number>, frames: number, take: (frame: number) => void): void {
    const { window, hop } = this.framing
    const half = this.#half
    if (samples.length <= half)
      throw new Error(
        `spectrogram: ${samples.length} samples are no more than half a window of ${window}, which is mirrored at the ends. Give a longer sound.`,
      )
    for (let frame = 0; frame < frames; frame += 2) {
      framed(this.#pair.real, samples, frame * hop - half, this.#fade)
      if (frame + 1 === frames) this.#pair.imaginary.fill(0)
      else framed(this.#pair.imaginary, samples, (frame + 1) * hop - half, this.#fade)
      this.#fourier.transform(this.#pair)
      take(frame)
    }
  }

  // What two frames are that were transformed as one, from Z: X_k = (Z_k + conj Z_{N−k}) / 2, Y_k = (Z_k − conj Z_{N−k}) / 2i.

  #takeSpectra({ frames, bins, real, imaginary }: Spectra, frame: number): void {
    const { real: first, imaginary: second } = this.#pair
    const { window } = this.framing
    const hasSecond = frame + 1 < frames
    for (let bin = 0, at = frame * bins; bin < bins; bin++, at++) {
      const mirrored = bin === 0 ? 0 : window - bin
      const [a, b] = [first[bin], second[bin]]
      const [c, d] = [first[mirrored], second[mirrored]]
      real[at] = (a + c) / 2
      imaginary[at] = (b - d) / 2
      if (!hasSecond) continue
      real[at + bins] = (b + d) / 2
      imaginary[at + bins] = (c - a) / 2
    }
  }

  #takePowers(powers: Float64Array, frame: number, hasSecond: boolean): void {
    const { real: first, imaginary: second } = this.#pair
    const { bins } = this
    const { window } = this.framing
    for (let bin = 0, at = frame * bins; bin < bins; bin++, at++) {
      const mirrored = bin === 0 ? 0 : window - bin
      const [a, b] = [first[bin], second[bin]]
      const [c, d] = [first[mirrored], second[mirrored]]
      powers[at] = ((a + c) / 2) ** 2 + ((b - d) / 2) ** 2
      if (hasSecond) powers[at + bins] = ((b + d) / 2) ** 2 + ((c - a) / 2) ** 2
    }
  }

  /** The sound of spectra, hop · (frames − 1) samples of it. */
  sound({ frames, real, imaginary }: Spectra): Float64Array {
    const { window, hop } = this.framing
    const { bins } = this
    const sound = new Float64Array(window + hop * (frames - 1))
    const weight = new Float64Array(sound.length)
    const { real: first, imaginary: second } = this.#pair
    for (let frame = 0; frame < frames; frame += 2) {
      const isLast = frame + 1 === frames
      // Z = X + iY, whose inverse has both frames; with real and imaginary parts exchanged the transform is N times its own inverse.
      for (let k = 0; k < window; k++) {
        const isMirrored = k >= bins
        const at = frame * bins + (isMirrored ? window - k : k)
        const sign = isMirrored ? -1 : 1
        first[k] = real[at] - (isLast ? 0 : sign * imaginary[at + bins])
        second[k] = sign * imaginary[at] + (isLast ? 0 : real[at + bins])
      }
      this.#fourier.transform({ real: second, imaginary: first })
      this.#add(first, frame, sound, weight)
      if (!isLast) this.#add(second, frame + 1, sound, weight)
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

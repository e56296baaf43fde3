// Mel filters: triangles that gather the bins of a spectrum as the ear hears them, narrow below 1 kHz and ever wider above.
//
//   mel(f) = 3 f / 200                              below 1 kHz
//            15 + 27 · ln(f / 1000) / ln 6.4        above                     Slaney 1998, Auditory Toolbox
//
// The corners of the triangles stand evenly on that scale, and every triangle has the area 1: what Whisper and librosa take.

import { binsIn } from './spectra.ts'

/** One filter: the weights of the bins from `first` on. */
export interface MelFilter {
  readonly first: number
  readonly weights: Float64Array
}

/** A bank of filters. */
export interface MelScale {
  /** Samples in a second. */
  readonly rate: number
  /** The number of samples that a spectrum is made of: it has window / 2 + 1 bins. */
  readonly window: number
  /** The number of filters. */
  readonly mels: number
  /** The frequency where the first one begins, in Hz; 0 if not given. */
  readonly lowest?: number
  /** The frequency where the last one ends, in Hz; half the rate if not given. */
  readonly highest?: number
}

/** The filters' places from one e-fold of the frequency to the next, above 1,000 Hz. */
const logStep = (): number => 27 / Math.log(6.4)

const melOf = (hertz: number): number => (hertz < 1000 ? (3 * hertz) / 200 : 15 + Math.log(hertz / 1000) * logStep())

const hertzOf = (mel: number): number => (mel < 15 ? (200 * mel) / 3 : 1000 * Math.exp((mel - 15) / logStep()))

/** The filters of a bank, from low to high. A filter between two bins has none, and hears nothing. */
export function melFilters({ rate, window, mels, lowest = 0, highest = rate / 2 }: MelScale): MelFilter[] {
  const bins = binsIn(window)
  const from = melOf(lowest)
  const step = (melOf(highest) - from) / (mels + 1)
  const corners = Array.from({ length: mels + 2 }, (_, i) => hertzOf(from + i * step))
  return Array.from({ length: mels }, (_, mel) => {
    const [left, middle, right] = corners.slice(mel, mel + 3)
    const weight = (bin: number): number => {
      const hertz = (bin * rate) / window
      const height = Math.min((hertz - left) / (middle - left), (right - hertz) / (right - middle))
      return (Math.max(0, height) * 2) / (right - left)
    }
    const first = Math.min(bins, Math.max(0, Math.floor((left * window) / rate) + 1))
    const behind = Math.min(bins, Math.ceil((right * window) / rate))
    return { first, weights: Float64Array.from({ length: Math.max(0, behind - first) }, (_, i) => weight(first + i)) }
  })
}

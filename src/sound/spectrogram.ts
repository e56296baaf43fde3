// The spectrogram: how strong each frequency is in a sound, frame by frame (spectra.ts).

import { FramedFourier, type Framing } from './spectra.ts'

/** Powers |X|² of the bins from 0 Hz to half the rate, (frame, bin). */
export interface Spectrogram {
  readonly frames: number
  readonly bins: number
  readonly power: Float64Array
}

/**
 * The spectrogram of a sound: 1 + ⌊samples / hop⌋ frames, or the first `frames` of them.
 *
 * Throws for a sound that is too short to be mirrored at its ends.
 */
export function spectrogram(samples: ArrayLike<number>, framing: Framing, frames?: number): Spectrogram {
  const fourier = new FramedFourier(framing)
  const power = fourier.powers(samples, frames)
  return { frames: power.length / fourier.bins, bins: fourier.bins, power }
}

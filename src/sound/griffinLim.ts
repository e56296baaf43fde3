// Griffin-Lim: from magnitudes to a sound that has them. Phases are guessed, and then, round for round, those taken that the sound of the last
// guess has; magnitudes stay as they are given.
//
//   T ← spectra(sound(S))        S ← magnitudes · phase(T − m/(1 + m) · T before),   m = 0.99
//
// Griffin and Lim 1984, "Signal estimation from modified short-time Fourier transform"; the momentum is that of Perraudin, Balazs and
// Søndergaard 2013, "A fast Griffin-Lim algorithm", as librosa has it.

import { uniforms } from '../text/random.ts'
import { FramedFourier, type Framing, type Spectra } from './spectra.ts'

/** Magnitudes |X| of the bins from 0 Hz to half the rate, (frame, bin). */
export interface Magnitudes {
  readonly frames: number
  readonly bins: number
  readonly data: Float64Array
}

const momentum = 0.99

/**
 * The sound of magnitudes: hop · (frames − 1) samples.
 *
 * - `rounds`: the number of times that phases are taken anew
 * - `seed`: decides the phases that are guessed first
 *
 * Throws for magnitudes of another window, and for a sound that is too short to be mirrored at its ends.
 */
export function griffinLim(
  { frames, bins, data }: Magnitudes,
  framing: Framing,
  { rounds = 60, seed = 0 }: { readonly rounds?: number; readonly seed?: number } = {},
): Float32Array {
  const fourier = new FramedFourier(framing)
  if (bins !== fourier.bins)
    throw new Error(`griffinLim: ${bins} bins are not the ${fourier.bins} of a window of ${framing.window} samples.`)
  const next = uniforms(seed, 0, 0)
  const [real, imaginary] = [data.slice(), data.slice()]
  for (let i = 0; i < data.length; i++) {
    const angle = 2 * Math.PI * next()
    real[i] *= Math.cos(angle)
    imaginary[i] *= Math.sin(angle)
  }
  const ahead = momentum / (1 + momentum)
  let before: Pick<Spectra, 'real' | 'imaginary'> = {
    real: new Float64Array(data.length),
    imaginary: new Float64Array(data.length),
  }
  for (let round = 0; round < rounds; round++) {
    const found = fourier.spectra(fourier.sound({ frames, bins, real, imaginary }), frames)
    for (let i = 0; i < data.length; i++) {
      const a = found.real[i] - ahead * before.real[i]
      const b = found.imaginary[i] - ahead * before.imaginary[i]
      const scale = data[i] / Math.max(1e-16, Math.sqrt(a * a + b * b))
      real[i] = scale * a
      imaginary[i] = scale * b
    }
    before = found
  }
  return Float32Array.from(fourier.sound({ frames, bins, real, imaginary }))
}

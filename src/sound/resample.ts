// Other rates: what the same sound would be, had it been taken so many times a second.
//
//   y[n] = Σ_k x[k] · h(n · from/to − k)          h(t) = c · sinc(c · t) · window(t),   c = 0.95 · min(1, to/from)
//
// The sound between samples is the sum of their sinc functions, as long as it has no frequency from half the rate on; a lower rate has room for
// fewer frequencies, so that the others must go. h is sinc, cut after 64 of its zeros and faded by Kaiser's window of 100 dB: up to 0.9
// of what there is room for stays, and from 1 on nothing does. With from/to in lowest terms, n · from/to has few fractions: the weights
// of each are made once (polyphase).
//
// Kaiser 1974, "Nonrecursive digital filter design using the I0-sinh window function"; Smith, "Digital audio resampling".

import type { Sound } from './sound.ts'

const zeros = 64
const rolloff = 0.95
const decibels = 100

/**
 * The same sound at another rate: as many samples as begin while it lasts.
 *
 * Throws for a rate that is no whole number above 0.
 */
export function resample({ rate, samples }: Sound, to: number): Sound {
  for (const each of [rate, to])
    if (!Number.isInteger(each) || each < 1)
      throw new Error(`resample: the rate is ${each}; it must be a whole number of samples a second.`)
  if (rate === to) return { rate, samples }
  const common = greatestDivisor(rate, to)
  const [up, down] = [to / common, rate / common]
  const cutoff = rolloff * Math.min(1, to / rate)
  const reach = zeros / cutoff
  const weights: Float64Array[] = []
  const out = new Float32Array(Math.ceil((samples.length * up) / down))
  for (let n = 0; n < out.length; n++) {
    const middle = Math.floor((n * down) / up)
    const fraction = (n * down) % up
    weights[fraction] ??= weightsAt(fraction / up, reach, cutoff)
    out[n] = weightedSum(samples, middle - Math.floor(reach), weights[fraction])
  }
  return { rate: to, samples: out }
}

/** h(fraction − k) for the samples from −⌊reach⌋ to ⌊reach⌋ + 1, of sum 1, so that what is constant stays so. */
function weightsAt(fraction: number, reach: number, cutoff: number): Float64Array {
  const first = -Math.floor(reach)
  const weights = Float64Array.from({ length: 2 - 2 * first }, (_, i) => {
    const t = first + i - fraction
    return sinc(cutoff * t) * kaiser(t / reach)
  })
  const sum = weights.reduce((all, each) => all + each, 0)
  return weights.map((each) => each / sum)
}

function weightedSum(samples: Float32Array, from: number, weights: Float64Array): number {
  const end = Math.min(weights.length, samples.length - from)
  let sum = 0
  for (let i = Math.max(0, -from); i < end; i++) sum += weights[i] * samples[from + i]
  return sum
}

const sinc = (t: number): number => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t))

/** Kaiser's window from −1 to 1, with the shape that he gives for so many decibels. */
const kaiser = (t: number): number => (Math.abs(t) >= 1 ? 0 : bessel(shape * Math.sqrt(1 - t * t)) / bessel(shape))

const shape = 0.1102 * (decibels - 8.7)

/** I₀(x) = Σ ((x/2)^k / k!)² */
function bessel(x: number): number {
  let [sum, term] = [1, 1]
  for (let k = 1; term > 1e-17 * sum; k++) sum += term *= (x / (2 * k)) ** 2
  return sum
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

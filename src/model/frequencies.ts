// The frequencies of RoPE: by how much a place turns each pair of numbers, and how that is scaled for texts longer than those
// of training.
//
//   frequency[i] = theta^(−2i/d)      pair 0 turns fastest: once in 2π places
//
//   linear    every frequency divided by a factor                                        Chen et al. 2023
//   dynamic   theta grows with the text, once it is longer than the context              "NTK-aware", 2023
//   yarn      slow pairs are divided, quick ones stay, those between fade over           Peng et al. 2023
//   longrope  every pair has a factor of its own, another one for long texts             Ding et al. 2024
//   llama3    as yarn, with bounds on the wavelength                                     Llama 3.1, 2024
//
// What is computed is what Hugging Face's transformers computes, rounded to 32 bits in every step where it rounds: after
// thousands of places the last bit of a frequency is an angle that can be seen.

import * as elementary from '../tensor/elementary.ts'
import type { Tensor } from '../tensor/node.ts'
import { exp, less, log, maximum, multiply, subtract, table, where } from '../tensor/primitives.ts'

/** A scaling of frequencies; `original`: the context that the model was first trained with. */
export type RotaryScaling =
  | { readonly kind: 'linear'; readonly factor: number }
  | { readonly kind: 'dynamic'; readonly factor: number }
  | {
      readonly kind: 'yarn'
      readonly factor: number
      readonly original: number
      /** Pairs that turn more often than this in the original context stay as they are. */
      readonly fast: number
      /** Pairs that turn less often than this are divided by the factor. */
      readonly slow: number
      /** True if the bounds between them are rounded to whole pairs. */
      readonly isRounded: boolean
      /** The factor of cos and sin. */
      readonly strength: number
    }
  | {
      readonly kind: 'longrope'
      readonly original: number
      readonly short: readonly number[]
      readonly long: readonly number[]
      readonly strength: number
    }
  | {
      readonly kind: 'llama3'
      readonly factor: number
      readonly original: number
      readonly low: number
      readonly high: number
    }

export interface Frequencies {
  /** The factor of cos and sin. */
  readonly strength: number
  /** For each number of a head the frequency of its pair, in a text of so many tokens. */
  perNumber(length: Tensor<never>): Tensor<'key'>
}

/**
 * The frequencies for heads of `key` numbers.
 *
 * - `theta`: the longest wavelength is about 2π · theta; 10,000 in the paper
 * - `context`: the longest text without scaling; only `dynamic` asks
 */
export function frequencies({
  key,
  theta = 10000,
  context,
  scaling,
}: {
  key: number
  theta?: number
  context: number
  scaling?: RotaryScaling | undefined
}): Frequencies {
  if (key % 2 !== 0) throw new Error(`rotary: heads of ${key} numbers have no pairs. Choose an even number.`)
  // Made when they are first wanted: a model is built to be counted, too, before anybody knows that its sizes make sense.
  const fixed = (pairs: () => readonly number[]): Frequencies['perNumber'] => {
    let numbers: Tensor<'key'> | undefined
    return () => {
      const perPair = numbers ? [] : pairs()
      numbers ??= table({ key }, [...perPair, ...perPair])
      return numbers
    }
  }
  const known = (which = 0) => fixed(() => perPair({ key, theta, scaling })[which])
  switch (scaling?.kind) {
    case undefined:
    case 'linear':
    case 'llama3':
      return { strength: 1, perNumber: known() }
    case 'yarn':
      return { strength: scaling.strength, perNumber: known() }
    case 'longrope': {
      const [short, long] = [known(0), known(1)]
      return {
        strength: scaling.strength,
        perNumber: (length) => {
          const isLong = less(table({ key }, new Array(key).fill(scaling.original)), length)
          return where(isLong, long(length), short(length))
        },
      }
    }
    case 'dynamic': {
      const plain = known()
      return {
        strength: 1,
        // theta · (factor · length / context − (factor − 1))^(d / (d − 2)), as logarithms
        perNumber: (length) => {
          const { factor } = scaling
          const grown = log(subtract(multiply(maximum(multiply(length, 1 / context), 1), factor), factor - 1))
          const exponents = Array.from({ length: key }, (_, i) => (-2 * (i % (key / 2))) / key)
          const growth = exp(multiply(multiply(grown, key / Math.max(1, key - 2)), table({ key }, exponents)))
          return multiply(growth, plain(length))
        },
      }
    }
  }
}

/** The sizes and settings that the frequencies of the pairs depend on. */
interface Turning {
  readonly key: number
  readonly theta: number
  readonly scaling?: RotaryScaling | undefined
}

/** True if all frequencies are finite numbers: a base near 0, or a factor that is, makes others. Yarn divides by the base's logarithm. */
export const arePairsFinite = (turning: Turning): boolean =>
  !(turning.scaling?.kind === 'yarn' && turning.theta === 1) &&
  perPair(turning).every((pairs) => pairs.every((frequency) => Number.isFinite(frequency)))

/** The frequency of each pair, as far as it is known without the text; with longrope for short texts and for long ones. */
function perPair({ key, theta, scaling }: Turning): (readonly number[])[] {
  const powers = Array.from({ length: key / 2 }, (_, i) => round(elementary.power(theta, round((2 * i) / key))))
  const plain = powers.map((power) => round(1 / power))
  switch (scaling?.kind) {
    case undefined:
    case 'dynamic':
      return [plain]
    case 'linear':
      return [plain.map((frequency) => round(frequency / round(scaling.factor)))]
    case 'llama3':
      return [plain.map((frequency) => llama3(frequency, scaling))]
    case 'yarn':
      return [yarn(powers, theta, scaling)]
    case 'longrope':
      return [scaling.short, scaling.long].map((factors) =>
        powers.map((power, i) => round(1 / round(round(factors[i]) * power))),
      )
  }
}

/** To 32 bits. */
const round = Math.fround

function llama3(
  frequency: number,
  { factor, original, low, high }: Extract<RotaryScaling, { kind: 'llama3' }>,
): number {
  const wavelength = round(round(2 * Math.PI) / frequency)
  if (wavelength < original / high) return frequency
  if (wavelength > original / low) return round(frequency / round(factor))
  const share = round(round(round(original / wavelength) - low) / (high - low))
  return round(round(round(round(1 - share) * frequency) / round(factor)) + round(share * frequency))
}

/** `powers`: theta^(2i/d), one over the frequency of each pair. */
function yarn(
  powers: readonly number[],
  theta: number,
  { factor, original, fast, slow, isRounded }: Extract<RotaryScaling, { kind: 'yarn' }>,
): number[] {
  const key = 2 * powers.length
  /** The pair, not always a whole one, that turns so often in the original context. */
  const pairOf = (turns: number): number =>
    (key * elementary.logOf(original / (turns * 2 * Math.PI))) / (2 * elementary.logOf(theta))
  const [low, high] = isRounded ? [Math.floor(pairOf(fast)), Math.ceil(pairOf(slow))] : [pairOf(fast), pairOf(slow)]
  const [first, last] = [Math.max(low, 0), Math.min(high, key - 1)]
  return powers.map((power, i) => {
    const ramp = round(round(i - first) / round(first === last ? 0.001 : last - first))
    const kept = round(1 - Math.min(1, Math.max(0, ramp)))
    const divided = round(1 / round(round(factor) * power))
    return round(round(divided * round(1 - kept)) + round(round(1 / power) * kept))
  })
}

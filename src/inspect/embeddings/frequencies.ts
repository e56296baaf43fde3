// Frequencies in the vectors of numbers that stand on a circle: which waves, round the circle once, twice, …, the vectors are made of.
//
//   power(k) = Σ over columns |Σ_a x_a e^(−2πi k a / p)|²        a = 0 … p − 1, the numbers; k = 0 … ⌊p/2⌋
//   share(k) = power(k) / Σ power                               k and p − k are one wave of real numbers
//
// By Parseval's theorem the powers add up to p Σ x². A model that adds modulo p by turning keeps few of them: it needs cos and sin of
// 2π k a / p for some k alone. Nanda et al. 2023, "Progress measures for grokking via mechanistic interpretability".

import type { VectorRows } from './tokenVectors.ts'

/** A wave in the vectors of numbers. */
export interface FrequencyShare {
  /** The times it goes round; 0 is what all vectors have in common. */
  readonly frequency: number
  /** The share of it in Σ x². */
  readonly share: number
}

/**
 * The share of each frequency in the vectors of the tokens 0 … count − 1, taken as numbers modulo `count`: of 0, 1, … ⌊count/2⌋.
 *
 * - `count`: the modulus; the number of vectors if not given
 *
 * Throws for fewer than two numbers or more than there are vectors, and where all are zeros.
 */
export function frequencyShares({
  vectors,
  count = vectors.count,
}: {
  readonly vectors: VectorRows
  readonly count?: number | undefined
}): FrequencyShare[] {
  if (!(Number.isInteger(count) && count >= 2 && count <= vectors.count))
    throw new Error(
      `vectors: ${count} is no count of numbers on a circle. Give from 2 to ${vectors.count}, as many as there are vectors.`,
    )
  const powers = Array.from({ length: Math.floor(count / 2) + 1 }, (_, k) => {
    const power = powerOf(vectors, count, k)
    return k === 0 || 2 * k === count ? power : 2 * power
  })
  const total = powers.reduce((sum, power) => sum + power, 0)
  if (total === 0) throw new Error(`vectors: the first ${count} are all zeros, so no frequency has a share in them.`)
  return powers.map((power, frequency) => ({ frequency, share: power / total }))
}

/** Σ over columns |Σ_a x_a e^(−2πi k a / p)|² */
function powerOf({ width, data }: VectorRows, count: number, k: number): number {
  const [cosines, sines] = [new Float64Array(width), new Float64Array(width)]
  for (let a = 0; a < count; a++) {
    // k · a modulo p, so that the angle stays small and exact.
    const angle = (2 * Math.PI * ((k * a) % count)) / count
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    for (let column = 0; column < width; column++) {
      const value = data[a * width + column]
      cosines[column] += value * cos
      sines[column] += value * sin
    }
  }
  let power = 0
  for (let column = 0; column < width; column++) power += cosines[column] ** 2 + sines[column] ** 2
  return power
}

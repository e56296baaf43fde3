// Correlations of two lists of numbers.
//
//   Pearson    Σ (x − mean x)(y − mean y) / √(Σ (x − mean x)² · Σ (y − mean y)²)
//   Spearman   the same of ranks; equal numbers share the mean of their ranks

import { meanOf } from '../means.ts'

/** The ranks of numbers, the smallest first, counted from 1; equal ones have the mean of theirs. */
export function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b])
  const ranks = new Array<number>(values.length)
  for (let first = 0; first < order.length; ) {
    let end = first + 1
    while (end < order.length && values[order[end]] === values[order[first]]) end++
    for (let i = first; i < end; i++) ranks[order[i]] = (first + 1 + end) / 2
    first = end
  }
  return ranks
}

/** Pearson's correlation, from -1 to 1; NaN where either list has one number only. */
export function pearson(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [meanOf(x), meanOf(y)]
  let [both, first, second] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    both += (x[i] - a) * (y[i] - b)
    first += (x[i] - a) ** 2
    second += (y[i] - b) ** 2
  }
  return first === 0 || second === 0 ? Number.NaN : both / Math.sqrt(first * second)
}

/** Spearman's correlation, from -1 to 1: Pearson's of the ranks. NaN where either list has one number only. */
export const spearman = (x: readonly number[], y: readonly number[]): number => pearson(ranksOf(x), ranksOf(y))

/**
 * The interval that holds Spearman's correlation of a population in 95 of 100 samples, by Fisher's transform with the variance
 * (1 + ρ²/2) / (n − 3) of Bonett and Wright 2000.
 */
export function spearmanInterval(rho: number, count: number): readonly [number, number] {
  if (count < 4) return [-1, 1]
  const far = 1.959964 * Math.sqrt((1 + rho ** 2 / 2) / (count - 3))
  const middle = Math.atanh(rho)
  return [Math.tanh(middle - far), Math.tanh(middle + far)]
}

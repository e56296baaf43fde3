// Nearest neighbours: which vectors point most nearly the same way.

import type { Similarity } from '../checkpoint/sentence.ts'
import { checkFinite } from '../engine/finite.ts'

/** Another vector, and how near it is: the cosine of the angle between the two, 1 for the same direction. */
export interface Neighbour {
  readonly index: number
  readonly cosine: number
}

/** The dot product of two vectors: their cosine, where both are as long as 1. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i]
  return sum
}

/** The nearness of two vectors by one of the measures: the larger, the nearer. */
const measures: Readonly<Record<Similarity, (a: Float32Array, b: Float32Array) => number>> = {
  cosine: (a, b) => cosine(a, b) / Math.max(Math.sqrt(cosine(a, a) * cosine(b, b)), 1e-24),
  dot: cosine,
  euclidean: (a, b) => -Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0)),
  manhattan: (a, b) => -a.reduce((sum, x, i) => sum + Math.abs(x - b[i]), 0),
}

/** Another vector, and how near it is by some measure. */
export interface Similar {
  readonly index: number
  readonly similarity: number
}

/**
 * The nearest of some vectors to one vector, the nearest first; of equally near ones the earlier.
 *
 * - `by`: the measure; distances count as negative
 * - `except`: the number of one that does not count: the vector itself, say
 *
 * Throws for vectors of numbers that are none.
 */
export function mostSimilar(
  to: Float32Array,
  vectors: readonly Float32Array[],
  { by = 'cosine', most, except }: { by?: Similarity; most: number; except?: number },
): Similar[] {
  const found = vectors
    .map((vector, index) => ({ index, similarity: measures[by](to, vector) }))
    .filter(({ index }) => index !== except)
  for (const { index, similarity } of found) checkFinite(`neighbours: how near vector ${index} is`, [similarity])
  return found.sort((a, b) => b.similarity - a.similarity || a.index - b.index).slice(0, most)
}

/** As `mostSimilar`, for vectors each as long as 1: their dot product is the cosine. */
export function nearestVectors(
  to: Float32Array,
  vectors: readonly Float32Array[],
  options: { most: number; except?: number },
): Neighbour[] {
  return mostSimilar(to, vectors, { ...options, by: 'dot' }).map(({ index, similarity }) => ({
    index,
    cosine: similarity,
  }))
}

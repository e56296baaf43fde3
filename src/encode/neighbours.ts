// Nearest neighbours: which vectors point most nearly the same way.

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

/**
 * The nearest of some vectors to one vector, the nearest first; of equally near ones the earlier.
 *
 * - `vectors`: each as long as 1
 * - `except`: the number of one that does not count: the vector itself, say
 */
export function nearestVectors(
  to: Float32Array,
  vectors: readonly Float32Array[],
  { most, except }: { most: number; except?: number },
): Neighbour[] {
  return vectors
    .map((vector, index) => ({ index, cosine: cosine(to, vector) }))
    .filter(({ index }) => index !== except)
    .sort((a, b) => b.cosine - a.cosine || a.index - b.index)
    .slice(0, most)
}

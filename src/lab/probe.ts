// A linear probe: can a class be read from a vector by a linear map? It is fitted on some examples and tested on others.
//
//   scores = W · z + b      z: the vector, each number less its mean and over its deviation among the examples that it is fitted to
//
// Alain, Bengio 2016, "Understanding intermediate layers using linear classifier probes". Softmax regression, by plain gradient
// descent with a little decay: always the same result for the same examples.

import { softmaxOf } from './softmaxOf.ts'

/** A vector and its class. */
export interface Probed {
  readonly vector: ArrayLike<number>
  readonly label: number
}

const [steps, rate, decay] = [150, 1, 0.01]

/** The share of `unseen` whose class a linear map says that was fitted to `seen`. Classes are numbers from 0. */
export function probeAccuracy(seen: readonly Probed[], unseen: readonly Probed[]): number {
  const classes = 1 + Math.max(...[...seen, ...unseen].map(({ label }) => label))
  const standard = standardised(seen.map(({ vector }) => vector))
  const known = seen.map(({ vector, label }) => ({ z: standard(vector), label }))
  const weights = Array.from({ length: classes }, () => new Float64Array(known[0].z.length))
  for (let step = 0; step < steps; step++) {
    const slopes = weights.map((row) => row.map((weight) => decay * weight))
    for (const { z, label } of known)
      for (const [each, share] of softmaxOf(scoresOf(weights, z)).entries()) {
        const wrong = (share - (each === label ? 1 : 0)) / known.length
        for (let i = 0; i < z.length; i++) slopes[each][i] += wrong * z[i]
      }
    for (const [each, row] of weights.entries()) for (let i = 0; i < row.length; i++) row[i] -= rate * slopes[each][i]
  }
  const right = unseen.filter(({ vector, label }) => greatest(scoresOf(weights, standard(vector))) === label)
  return right.length / unseen.length
}

/** Vectors to numbers of mean 0 and variance 1 among the given ones, and a last one that is 1, for b. */
function standardised(vectors: readonly ArrayLike<number>[]): (vector: ArrayLike<number>) => Float64Array {
  const places = Array.from({ length: vectors[0].length }, (_, i) => {
    const mean = vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length
    const variance = vectors.reduce((sum, vector) => sum + (vector[i] - mean) ** 2, 0) / vectors.length
    return { mean, deviation: Math.sqrt(variance + 1e-6) }
  })
  return (vector) => Float64Array.from([...places.map(({ mean, deviation }, i) => (vector[i] - mean) / deviation), 1])
}

const scoresOf = (weights: readonly Float64Array[], z: Float64Array): number[] =>
  weights.map((row) => row.reduce((sum, weight, i) => sum + weight * z[i], 0))

/** The place of the greatest. */
export const greatest = (scores: readonly number[]): number => scores.indexOf(Math.max(...scores))

// Principal components: the directions along which vectors differ most, and where each vector stands on them.
//
//   X − mean = Σ coordinate · directionᵀ        variance of a coordinate: an eigenvalue of (X − mean)ᵀ (X − mean) / (n − 1)
//
// The eigenvalues that are not 0 are those of (X − mean) (X − mean)ᵀ too: whichever of both matrices is smaller is taken apart. A
// direction and its opposite say the same; taken is the one whose largest number is positive, the first of equally large ones.
// Pearson 1901; Jolliffe 2002, "Principal Component Analysis".

import { symmetricOf } from '../circuits/decompositions.ts'
import { gram, type Matrix, transposed, zeros } from '../circuits/matrix.ts'
import type { TokenVectors } from './tokenVectors.ts'

/** A direction along which vectors differ. */
export interface PrincipalComponent {
  /** The variance of the vectors along it, and its share in that of all directions. */
  readonly variance: number
  readonly share: number
  /** As long as 1: a number for each of the vectors' own. */
  readonly direction: Float64Array
}

/** Vectors along their principal components. */
export interface PrincipalComponents {
  /** The number of vectors that the components are those of. */
  readonly count: number
  /** The variance in all directions together. */
  readonly variance: number
  readonly mean: Float64Array
  /** The one with the largest variance first. */
  readonly components: readonly PrincipalComponent[]
  /** The tokens that are placed, and a number for each component for each of them. */
  readonly ids: readonly number[]
  readonly coordinates: readonly (readonly number[])[]
}

/**
 * The principal components of the vectors of tokens, and where tokens stand on them.
 *
 * - `of`: the tokens that the components are those of; all if not given
 * - `placed`: the tokens that are placed; those of the components if not given
 * - `most`: the number of components
 *
 * Throws for an id that has no row, for fewer than two tokens, and where all have one vector.
 */
export async function principalComponents({
  vectors,
  of,
  placed,
  most = 2,
}: {
  readonly vectors: TokenVectors
  readonly of?: readonly number[] | undefined
  readonly placed?: readonly number[] | undefined
  readonly most?: number
}): Promise<PrincipalComponents> {
  const own = of ?? Array.from({ length: vectors.count }, (_, id) => id)
  const ids = placed ?? own
  for (const id of [...own, ...ids]) vectors.check(id)
  if (own.length < 2) throw new Error('components: one vector differs from no other. Give two tokens at least.')
  const mean = meanOf(vectors, own)
  const scatter = own.length <= vectors.width ? ofVectors(vectors, own, mean) : undefined
  const matrix = scatter ?? acrossNumbers(vectors, own, mean)
  let total = 0
  for (let i = 0; i < matrix.rows; i++) total += matrix.data[i * matrix.columns + i]
  if (!(total > 0))
    throw new Error('components: all of these tokens have the same vector, so that nothing tells them apart.')
  const found = await symmetricOf(matrix)
  const count = Math.min(most, vectors.width, own.length - 1)
  const components = Array.from({ length: count }, (_, c): PrincipalComponent => {
    const eigenvector = Float64Array.from({ length: matrix.rows }, (_, i) => found.vectors.data[i * matrix.rows + c])
    const direction = signed(scatter ? through(vectors, own, mean, eigenvector) : eigenvector)
    const value = Math.max(0, found.values[c])
    return { variance: value / (own.length - 1), share: value / total, direction }
  })
  return {
    count: own.length,
    variance: total / (own.length - 1),
    mean,
    components,
    ids,
    coordinates: ids.map((id) => components.map(({ direction }) => along(vectors.row(id), mean, direction))),
  }
}

function meanOf(vectors: TokenVectors, ids: readonly number[]): Float64Array {
  const sum = new Float64Array(vectors.width)
  for (const id of ids) {
    const row = vectors.row(id)
    for (let i = 0; i < sum.length; i++) sum[i] += row[i]
  }
  return sum.map((value) => value / ids.length)
}

/** (X − mean) (X − mean)ᵀ, tokens × tokens. */
function ofVectors(vectors: TokenVectors, ids: readonly number[], mean: Float64Array): Matrix {
  const centred = zeros(ids.length, vectors.width)
  for (const [at, id] of ids.entries()) {
    const row = vectors.row(id)
    for (let i = 0; i < mean.length; i++) centred.data[at * mean.length + i] = row[i] - mean[i]
  }
  return gram(transposed(centred))
}

/** So many vectors are centred and added at once. */
const rowsAtOnce = 4

/** (X − mean)ᵀ (X − mean), numbers × numbers. */
function acrossNumbers(vectors: TokenVectors, ids: readonly number[], mean: Float64Array): Matrix {
  const { width } = vectors
  const result = zeros(width, width)
  const [a, b, c, d] = Array.from({ length: rowsAtOnce }, () => new Float64Array(width))
  for (let first = 0; first < ids.length; first += rowsAtOnce) {
    for (const [r, centred] of [a, b, c, d].entries()) {
      const row = first + r < ids.length ? vectors.row(ids[first + r]) : mean
      for (let i = 0; i < width; i++) centred[i] = row[i] - mean[i]
    }
    for (let i = 0; i < width; i++) {
      const [p, q, r, s] = [a[i], b[i], c[i], d[i]]
      const line = result.data.subarray(i * width, (i + 1) * width)
      for (let j = i; j < width; j++) line[j] += p * a[j] + q * b[j] + r * c[j] + s * d[j]
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) result.data[i * width + j] = result.data[j * width + i]
  return result
}

/** (X − mean)ᵀ · weights, made as long as 1: the direction that belongs to an eigenvector over tokens. */
function through(
  vectors: TokenVectors,
  ids: readonly number[],
  mean: Float64Array,
  weights: Float64Array,
): Float64Array {
  const sum = new Float64Array(vectors.width)
  for (const [at, id] of ids.entries()) {
    const row = vectors.row(id)
    for (let i = 0; i < sum.length; i++) sum[i] += weights[at] * (row[i] - mean[i])
  }
  const length = Math.sqrt(sum.reduce((so, value) => so + value * value, 0))
  return length === 0 ? sum : sum.map((value) => value / length)
}

/** A direction or its opposite: the one whose largest number is positive. */
function signed(direction: Float64Array): Float64Array {
  let largest = 0
  // What differs by rounding alone is equally large.
  for (const value of direction) if (Math.abs(value) > Math.abs(largest) * (1 + 1e-9)) largest = value
  return largest < 0 ? direction.map((value) => (value === 0 ? 0 : -value)) : direction
}

function along(row: Float32Array, mean: Float64Array, direction: Float64Array): number {
  let sum = 0
  for (let i = 0; i < row.length; i++) sum += (row[i] - mean[i]) * direction[i]
  return sum
}

// Analogies: king − man + woman, and the tokens that are nearest to what that comes to.
//
//   sum       3CosAdd   the cosine with Σ plus − Σ minus                        Mikolov et al. 2013, "Linguistic regularities …"
//   product   3CosMul   Π (1 + cos plus)/2 / (Π (1 + cos minus)/2 + ε)           Levy and Goldberg 2014, "Linguistic regularities …"
//
// Every vector is made as long as 1 first, and the tokens that were given are not among those found. ε is 10⁻⁶, as in gensim.

import { cosine, nearestVectors } from '../../encode/neighbours.ts'
import { normalized } from '../../encode/pooling.ts'
import { type NearToken, nearToken } from './cosines.ts'
import type { TokenVectors } from './tokenVectors.ts'

/** The way in which an analogy is counted. */
export type AnalogyMeasure = 'sum' | 'product'

/** A token that an analogy finds. */
export interface AnalogyToken extends NearToken {
  /** By "sum" the cosine; by "product" the quotient. The larger, the nearer. */
  readonly score: number
}

const epsilon = 1e-6

/**
 * The tokens that are nearest to a sum of some vectors less others, the nearest first: `plus: [king, woman], minus: [man]`.
 *
 * - `cosine` of each is that with the sum of the vectors, whatever the measure
 *
 * Throws for an id that has no row, where nothing is added, and where the sum is no direction.
 */
export function analogy({
  vectors,
  plus,
  minus,
  by = 'sum',
  most = 10,
}: {
  readonly vectors: TokenVectors
  readonly plus: readonly number[]
  readonly minus: readonly number[]
  readonly by?: AnalogyMeasure
  readonly most?: number
}): AnalogyToken[] {
  if (plus.length === 0) throw new Error('analogy: nothing is added. Give one token at least that is.')
  const added = plus.map((id) => vectors.unit(id))
  const taken = minus.map((id) => vectors.unit(id))
  const target = combined(added, taken, vectors.width)
  const given = new Set([...plus, ...minus])
  const wanted = most + given.size
  const near = (found: readonly NearToken[]): NearToken[] => found.filter(({ id }) => !given.has(id)).slice(0, most)
  if (by === 'sum')
    return near(nearestVectors(target, vectors.units(), { most: wanted }).map(nearToken)).map((found) => ({
      ...found,
      score: found.cosine,
    }))
  const scores = vectors.units().map((unit) => quotient(unit, added, taken))
  return scores
    .map((score, id) => ({ id, score }))
    .filter(({ id }) => !given.has(id))
    .sort((a, b) => b.score - a.score || a.id - b.id)
    .slice(0, most)
    .map(({ id, score }) => ({ id, score, cosine: cosine(target, vectors.unit(id)) }))
}

/** The direction of a sum of vectors less others. */
function combined(added: readonly Float32Array[], taken: readonly Float32Array[], width: number): Float32Array {
  const sum = new Float64Array(width)
  for (const [sign, rows] of [[1, added] as const, [-1, taken] as const])
    for (const row of rows) for (let i = 0; i < width; i++) sum[i] += sign * row[i]
  // Of equal vectors taken from one another only rounding is left.
  if (Math.sqrt(sum.reduce((so, value) => so + value * value, 0)) < 1e-6)
    throw new Error('analogy: the sum of these vectors is nothing, which has no direction. Give others.')
  return Float32Array.from(normalized(sum))
}

function quotient(unit: Float32Array, added: readonly Float32Array[], taken: readonly Float32Array[]): number {
  const factor = (rows: readonly Float32Array[]): number =>
    rows.reduce((product, row) => product * ((1 + cosine(unit, row)) / 2), 1)
  return factor(added) / (factor(taken) + epsilon)
}

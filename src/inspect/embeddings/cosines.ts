// Cosines between vectors of tokens: 1 for the same direction, 0 for a right angle, -1 for opposite ones.

import { cosine, type Neighbour, nearestVectors } from '../../encode/neighbours.ts'
import type { Values } from '../../engine/engine.ts'
import { TokenVectors } from './tokenVectors.ts'

/** Another token, and the cosine of the angle between the two vectors. */
export interface NearToken {
  readonly id: number
  readonly cosine: number
}

/** The cosines of some tokens with one another. */
export interface TokenCosines {
  readonly ids: readonly number[]
  /** A row for each of the tokens, a number for each of them. */
  readonly cosines: readonly (readonly number[])[]
}

export const nearToken = ({ index, cosine: near }: Neighbour): NearToken => ({ id: index, cosine: near })

/**
 * The tokens whose vectors point most nearly the same way as one's, the nearest first; of equally near ones the earlier.
 *
 * - `of`: the token, which is not among them
 *
 * Throws for an id that has no row.
 */
export function nearestTokens({
  vectors,
  of,
  most = 10,
}: {
  readonly vectors: TokenVectors
  readonly of: number
  readonly most?: number
}): NearToken[] {
  vectors.check(of)
  return nearestVectors(vectors.unit(of), vectors.units(), { most, except: of }).map(nearToken)
}

/** The cosines of some tokens with one another. Throws for an id that has no row. */
export function tokenCosines({
  vectors,
  ids,
}: {
  readonly vectors: TokenVectors
  readonly ids: readonly number[]
}): TokenCosines {
  const units = ids.map((id) => vectors.unit(id))
  return { ids, cosines: units.map((a) => units.map((b) => cosine(a, b))) }
}

/**
 * The mean cosine of two different tokens of a table, over all pairs: (|Σ u|² − n) / (n (n − 1)), u as long as 1. How far it is above 0
 * says how much all vectors point one way, which tells what a cosine of two is worth (Ethayarajh 2019). Vectors of zeros are left
 * out; NaN where there are no two others.
 */
export function meanCosine(vectors: TokenVectors): number {
  const sum = new Float64Array(vectors.width)
  let count = 0
  for (const unit of vectors.units()) {
    if (!unit.some((value) => value !== 0)) continue
    count++
    for (let i = 0; i < unit.length; i++) sum[i] += unit[i]
  }
  const squared = sum.reduce((so, value) => so + value * value, 0)
  return count < 2 ? Number.NaN : (squared - count) / (count * (count - 1))
}

/**
 * The cosine of two tokens in a table as an engine gives it (vocab × model, in this order): what to watch in training, by the address
 * `embedding.token`.
 *
 * Throws for an id that has no row.
 */
export function cosineIn({ axes, data }: Values, a: number, b: number): number {
  if (axes.length !== 2 || axes[0].name !== 'vocab')
    throw new Error(
      `cosine: the values are along ${axes.map(({ name }) => name).join(' × ')}, but a table of tokens is vocab × model. Read "embedding.token".`,
    )
  const [{ size: count }, { size: width }] = axes
  const vectors = new TokenVectors({ count, width, data })
  return cosine(vectors.unit(a), vectors.unit(b))
}

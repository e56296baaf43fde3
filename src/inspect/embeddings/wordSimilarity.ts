// Word similarity: are the words near that people call alike? The cosines of pairs, and how they rank beside the people's scores.

import { cosine } from '../../encode/neighbours.ts'
import { pearson, spearman, spearmanInterval } from './rankCorrelation.ts'
import type { TokenVectors } from './tokenVectors.ts'

/** Two tokens, and how alike people call them; undefined for a word that the vocabulary lacks. */
export interface ScoredPair {
  readonly a: number | undefined
  readonly b: number | undefined
  readonly score: number
}

/** A pair of which both tokens are there. */
export interface SimilarityRow {
  /** Its number among the pairs that were given. */
  readonly pair: number
  readonly a: number
  readonly b: number
  readonly score: number
  readonly cosine: number
}

/** Cosines held to what people say. */
export interface WordSimilarity {
  /** The number of pairs that were given, and of those of which both tokens are there. */
  readonly pairs: number
  readonly known: number
  /** Spearman's correlation of scores and cosines, and the interval around it (95 %); NaN for fewer than three pairs. */
  readonly spearman: number
  readonly interval: readonly [number, number]
  readonly pearson: number
  readonly rows: readonly SimilarityRow[]
}

/**
 * The correlation of cosines with scores of people. Pairs with a word that the vocabulary lacks are left out, as gensim does.
 *
 * Throws for an id that has no row.
 */
export function wordSimilarity({
  vectors,
  pairs,
}: {
  readonly vectors: TokenVectors
  readonly pairs: readonly ScoredPair[]
}): WordSimilarity {
  const rows = pairs.flatMap(({ a, b, score }, pair): SimilarityRow[] =>
    a === undefined || b === undefined ? [] : [{ pair, a, b, score, cosine: cosine(vectors.unit(a), vectors.unit(b)) }],
  )
  const scores = rows.map(({ score }) => score)
  const cosines = rows.map((row) => row.cosine)
  const isEnough = rows.length >= 3
  const rho = isEnough ? spearman(scores, cosines) : Number.NaN
  return {
    pairs: pairs.length,
    known: rows.length,
    spearman: rho,
    interval: spearmanInterval(rho, rows.length),
    pearson: isEnough ? pearson(scores, cosines) : Number.NaN,
    rows,
  }
}

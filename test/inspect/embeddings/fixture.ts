// What gensim, numpy and scipy make of small tables of vectors; tools/make_word_vector_fixtures.py wrote it down.

import { readFileSync } from 'node:fs'
import { TokenVectors } from '../../../src/inspect/embeddings/tokenVectors.ts'

/** Tokens with their cosines. */
type Near = readonly (readonly [id: number, score: number])[]

interface WordVectorFixture {
  readonly words: readonly string[]
  readonly width: number
  readonly text: string
  readonly data: readonly number[]
  readonly nearest: Readonly<Record<string, Near>>
  readonly analogies: readonly {
    readonly plus: readonly number[]
    readonly minus: readonly number[]
    readonly sum: Near
    readonly product: Near
  }[]
  readonly components: {
    readonly directions: readonly (readonly number[])[]
    readonly variances: readonly number[]
    readonly shares: readonly number[]
    readonly coordinates: readonly (readonly number[])[]
  }
  readonly few: { readonly shares: readonly number[]; readonly coordinates: readonly (readonly number[])[] }
  readonly pairs: readonly (readonly [string, string, number])[]
  readonly similarity: { readonly spearman: number; readonly pearson: number; readonly missing: number }
  readonly ties: {
    readonly x: readonly number[]
    readonly y: readonly number[]
    readonly spearman: number
    readonly pearson: number
  }
  readonly files: readonly {
    readonly name: string
    readonly text: string
    readonly words: readonly string[]
    readonly data: readonly number[]
  }[]
}

export const fixture: WordVectorFixture = JSON.parse(
  readFileSync(new URL('../../fixtures/wordVectors.json', import.meta.url), 'utf8'),
)

export const fixtureVectors = (): TokenVectors =>
  new TokenVectors({ count: fixture.words.length, width: fixture.width, data: Float32Array.from(fixture.data) })

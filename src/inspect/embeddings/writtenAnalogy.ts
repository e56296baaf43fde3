// An analogy as it is written, king - man + woman: the tokens that are nearest to it, and where it lies on a plane.

import { type AnalogyMeasure, type AnalogyToken, analogy } from './analogy.ts'
import { analogyTerms, analogyText } from './analogyTerms.ts'
import { type PrincipalComponents, principalComponents } from './principalComponents.ts'
import type { TokenVectors } from './tokenVectors.ts'

export interface WrittenAnalogy {
  /** `king − man + woman` */
  readonly asked: string
  readonly by: AnalogyMeasure
  readonly plus: readonly number[]
  readonly minus: readonly number[]
  readonly found: readonly AnalogyToken[]
  /** Of three different tokens, two of which are added: the plane of these and the first that was found. */
  readonly plane?: PrincipalComponents
  /** Pairs of tokens on it: from the one that is taken away, and from the first that is added. */
  readonly arrows?: readonly (readonly [number, number])[]
}

/**
 * - `idOf`: the token of a word; it throws for a word that is none
 * - `place`: where the sum was given, for messages
 *
 * Throws for what is no sum of words, where nothing else is found, and as `analogy` does.
 */
export async function writtenAnalogy({
  vectors,
  sum,
  idOf,
  by = 'sum',
  most = 10,
  place = 'analogy:',
}: {
  readonly vectors: TokenVectors
  readonly sum: string
  readonly idOf: (word: string) => number
  readonly by?: AnalogyMeasure | undefined
  readonly most?: number | undefined
  readonly place?: string
}): Promise<WrittenAnalogy> {
  const terms = analogyTerms(sum, place).map((term) => ({ ...term, id: idOf(term.word) }))
  const idsOf = (sign: 1 | -1): number[] => terms.filter((term) => term.sign === sign).map(({ id }) => id)
  const [plus, minus] = [idsOf(1), idsOf(-1)]
  const found = analogy({ vectors, plus, minus, by, most })
  if (found.length === 0)
    throw new Error(`${place} asks for another word than those given, but there is none. Give a table of more words.`)
  const shown = { asked: analogyText(terms), by, plus, minus, found }
  if (plus.length !== 2 || minus.length !== 1 || new Set([...plus, ...minus]).size !== 3) return shown
  // a − b + c = d: from b to a is as from … to …: b → a beside c → d reads "man is to king as woman is to queen".
  const [first, second] = plus
  const [taken] = minus
  const nearest = found[0].id
  return {
    ...shown,
    plane: await principalComponents({ vectors, of: [taken, second, first, nearest] }),
    arrows: [
      [taken, second],
      [first, nearest],
    ],
  }
}

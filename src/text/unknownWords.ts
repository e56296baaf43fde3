// The words of a text that a vocabulary lacks, each with those that it has and that are written almost so.

import { didYouMeanOneOf } from './spelling.ts'
import type { Tokenizer } from './tokenizer.ts'

/** The most words that are named in place of one. */
const most = 3

/** Throws for a text with a word that the tokenizer reads as unknown; `place` says whose text it is. */
export function checkWordsAreKnown(place: string, text: string, tokenizer: Tokenizer): void {
  const { unknown } = tokenizer.special
  if (unknown === undefined) return
  const words = text.split(/\s+/u).filter((word) => word !== '')
  const lacking = words.find((word) => tokenizer.encode(word).includes(unknown))
  if (lacking === undefined) return
  const known = Array.from({ length: tokenizer.size }, (_, id) => id)
    .filter((id) => !tokenizer.isSpecial(id))
    .map((id) => tokenizer.piece(id))
  const near = didYouMeanOneOf(lacking, known, most)
  const some = known.slice(0, 12).join(', ')
  throw new Error(
    `${place}: the model never met the word "${lacking}".${near || ` It knows ${some}${known.length > 12 ? ' and others' : ''}. Write it in these.`}`,
  )
}

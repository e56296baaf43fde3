// The words of a text that a vocabulary lacks, each with those that it has and that are written almost so; of a vocabulary of
// characters, the character that it lacks.

import { didYouMeanOneOf } from './spelling.ts'
import type { Tokenizer } from './tokenizer.ts'

/** The most words that are named in place of one. */
const most = 3

/** Throws for a text with a word that the tokenizer reads as unknown; `place` says whose text it is. */
export function checkWordsAreKnown(place: string, text: string, tokenizer: Tokenizer): void {
  const { unknown } = tokenizer.special
  if (unknown === undefined) return
  const isUnknown = (part: string): boolean => tokenizer.encode(part).includes(unknown)
  if (!isUnknown(text)) return
  const known = Array.from({ length: tokenizer.size }, (_, id) => id)
    .filter((id) => !tokenizer.isSpecial(id))
    .map((id) => tokenizer.piece(id))
  const some = `It knows ${known.slice(0, 12).join(', ')}${known.length > 12 ? ' and others' : ''}. Write it in these.`
  const lacking = text.split(/\s+/u).find((word) => word !== '' && isUnknown(word))
  if (known.every((piece) => [...piece].length === 1)) {
    const character = [...(lacking ?? text)].find(isUnknown)
    const within = lacking === undefined || lacking === character ? '' : `, which is in "${lacking}"`
    throw new Error(`${place}: the model never met ${JSON.stringify(character)}${within}. ${some}`)
  }
  if (lacking === undefined) return
  const near = didYouMeanOneOf(lacking, known, most)
  throw new Error(`${place}: the model never met the word "${lacking}".${near || ` ${some}`}`)
}

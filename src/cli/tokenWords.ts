// Tokens as commands write them, and as flags name them.

import type { Tokenizer } from '../text/tokenizer.ts'
import { tokenText } from '../text/tokenText.ts'

/** The texts of tokens. */
export const tokenTexts = (tokenizer: Tokenizer, ids: ArrayLike<number>): string[] =>
  Array.from(ids, (id) => tokenText(tokenizer, id))

/** The id of a text that is one token. Throws for one that is not, saying how it is cut. */
export function tokenOf(command: string, flag: string, tokenizer: Tokenizer, given: string): number {
  const ids = tokenizer.encode(given, { special: false })
  if (ids.length === 1) return ids[0]
  const pieces = tokenTexts(tokenizer, ids).map((piece) => JSON.stringify(piece))
  const cut =
    ids.length === 0
      ? 'no token'
      : `${ids.length} tokens, ${pieces.slice(0, 8).join(' ')}${pieces.length > 8 ? ' …' : ''}`
  throw new Error(
    `${command}: --${flag} ${JSON.stringify(given)} is ${cut}. Give a text that is one token; a space before a word is part of it in many vocabularies.`,
  )
}

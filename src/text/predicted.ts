// How many characters a model had to predict of a text: all but those of the first token, which nothing stands before. With them,
// bits per character are the same measure for every tokenizer.
//
//   bits per character = Σ −log₂ p(token) / characters that were predicted
//
// A token may hold a part of a character: of one with four bytes in UTF-8, a byte counts as a quarter.

import type { Tokenizer } from './tokenizer.ts'

const characters = (text: string): number => [...text].length
const bytes = (text: string): number => new TextEncoder().encode(text).length

/**
 * The characters of a text that are predicted, where its ids are read in order.
 *
 * - `isBegun`: true where something stands before the text, so that its first token is predicted too
 */
export function charactersPredicted(
  tokenizer: Tokenizer,
  text: string,
  { ids, isBegun }: { readonly ids: ArrayLike<number>; readonly isBegun: boolean },
): number {
  return characters(text) - (isBegun || ids.length === 0 ? 0 : charactersOfFirst(tokenizer, text, ids[0]))
}

function charactersOfFirst(tokenizer: Tokenizer, text: string, id: number): number {
  const piece = tokenizer.piece(id)
  // A special token that stands in the text is written there; what the vocabulary cannot say is taken for one character.
  if (tokenizer.isSpecial(id)) return id === tokenizer.special.unknown ? 1 : characters(piece)
  const decoded = tokenizer.decode([id])
  if (!decoded.includes('\ufffd')) return characters(decoded)
  const certain = tokenizer.stream().push(id)
  const whole = characters(certain)
  const begun = [...text][whole] ?? ''
  // Pieces of bytes have one character, or one such sign, for each.
  const inPiece = /^<0x[0-9A-F]{2}>$/i.test(piece) ? 1 : characters(piece)
  return whole + Math.min(1, (inPiece - bytes(certain)) / Math.max(1, bytes(begun)))
}

// A token as a reader knows it: the text that it stands for, in place of the signs of its vocabulary.
//
//   Ġbe   ▁be   →   " be"          ##ing, <pad>, and a part of a character stay as they are

import type { Tokenizer } from './tokenizer.ts'

/** The text of a token, where it stands for whole characters; otherwise its piece. A piece that goes on with a word keeps its sign. */
export function tokenText(tokenizer: Tokenizer, id: number): string {
  const piece = tokenizer.piece(id)
  if (tokenizer.isSpecial(id) || /^[\0-\x7f]*$/.test(piece) || piece.startsWith('##')) return piece
  const text = tokenizer.decode([id])
  // The first space of a text is not written by tokenizers whose words bring one.
  if (piece.includes('▁') && !text.includes('▁')) return piece.replaceAll('▁', ' ')
  return text === '' || text.includes('\ufffd') ? piece : text
}

// How a text begins for a model that writes, the same wherever it writes, reads, or is looked at:
//
//   a text     what the tokenizer's template puts before it (<s>), and the text; what the template puts behind it is left out,
//              since the text may go on
//   no text    what the template puts before it; where that is nothing, the model's own beginning, where it has one (bos_token_id);
//              and where it has none, a line end, as all lines but the first have before them
//
// As in Python's `transformers`: `tokenizer("")`, and `generate` without a prompt.

import { withTemplate } from './special.ts'
import type { Tokenizer } from './tokenizer.ts'

export interface OpeningOptions {
  /** With what is no part of the text itself; so it is by default. */
  readonly special?: boolean | undefined
}

/** The ids of a text that a model is to read or to go on with. */
export function openingOf(tokenizer: Tokenizer, text: string, { special = true }: OpeningOptions = {}): Int32Array {
  const ids = tokenizer.encode(text)
  return special ? withTemplate(ids, { before: tokenizer.template.before, after: [] }) : ids
}

/** The ids from which a model begins a text of its own; `begin` is the model's id for that. */
export function openingOfNone(
  tokenizer: Tokenizer,
  { begin, special = true }: OpeningOptions & { readonly begin?: number | undefined } = {},
): Int32Array {
  const before = openingOf(tokenizer, '', { special })
  if (before.length > 0) return before
  if (special && begin !== undefined) return Int32Array.of(begin)
  const pieces = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.piece(id))
  const known = ['\n', 'Ċ', '<0x0A>', ' ', 'Ġ', '▁'].map((piece) => pieces.indexOf(piece)).find((id) => id >= 0)
  return Int32Array.of(known ?? tokenizer.special.begin ?? 0)
}

// The added tokens of a tokenizer.json.

import { ConfigFields } from '../configFields.ts'
import { kindOf } from '../json.ts'
import type { AddedToken } from './addedTokens.ts'

/** Far above every added token: each place of a text is compared with as many characters. */
const longestToken = 1_000

/** Far above every vocabulary: an id beyond it comes from a damaged file. */
export const mostIds = 10_000_000

export const halfPair =
  'has half of a surrogate pair, which is no character. The file may be damaged; save the tokenizer again.'

/**
 * The added tokens of a tokenizer.json. Their ids are not those that stand beside them, as in Python: a token that is a piece
 * of the model has the piece's, others are counted on from the number of pieces.
 *
 * - `vocab`, `size`: the model's pieces, and how many they are
 */
export function addedFrom(
  added: unknown,
  { vocab, size }: { readonly vocab: ReadonlyMap<string, number>; readonly size: number },
  place: string,
): AddedToken[] {
  if (added === undefined || added === null) return []
  if (!Array.isArray(added)) {
    throw new Error(`${place}: added_tokens is ${kindOf(added)}, and should be a list. Save the tokenizer again.`)
  }
  const byId = new Map<number, AddedToken>()
  const ids = new Map<string, number>()
  const special = new Set<string>()
  let next = size
  for (const token of added.map((json: unknown, index) => tokenFrom(json, `${place}: added_tokens[${index}]`))) {
    const { content } = token
    if (content === '') continue
    const id = ids.get(content) ?? vocab.get(content) ?? next++
    ids.set(content, id)
    if (token.isSpecial) special.add(content)
    byId.set(id, { ...token, id })
  }
  // What was special once stays special.
  return Array.from(byId.values(), (token) => ({ ...token, isSpecial: special.has(token.content) }))
}

function tokenFrom(json: unknown, place: string): AddedToken {
  const token = new ConfigFields(json, place)
  const [id, content] = [token.get('id'), token.get('content')]
  if (typeof content !== 'string' || typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || id > mostIds) {
    throw token.wrong(
      `the id is ${kindOf(id)} and the content ${kindOf(content)}; a whole number and a text are wanted. Save the tokenizer again.`,
    )
  }
  if (!content.isWellFormed()) throw token.wrong(`the content ${kindOf(content)} ${halfPair}`)
  if (content.length > longestToken)
    throw token.wrong(
      `the content has ${content.length} characters, and may have ${longestToken}. The file may be damaged; save the tokenizer again.`,
    )
  return {
    id,
    content,
    isSpecial: token.flag('special', false),
    isSingleWord: token.flag('single_word', false),
    takesBlanksBefore: token.flag('lstrip', false),
    takesBlanksAfter: token.flag('rstrip', false),
    isNormalized: token.flag('normalized', false),
  }
}

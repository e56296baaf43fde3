// Added tokens as tokenizer.json lists them, and the ids that they have.

import { ConfigFields } from '../configFields.ts'
import { kindOf } from '../json.ts'
import type { AddedToken } from './addedTokens.ts'

/** An added token as tokenizer.json lists it, but for its id. */
export interface ListedToken {
  readonly content: string
  readonly single_word: boolean
  readonly lstrip: boolean
  readonly rstrip: boolean
  readonly normalized: boolean
  readonly special: boolean
}

/** Far above every added token: each place of a text is compared with as many characters. */
const longestToken = 1_000

/** Far above every vocabulary: an id beyond it comes from a damaged file. */
export const mostIds = 10_000_000

export const halfPair =
  'has half of a surrogate pair, which is no character. The file may be damaged; save the tokenizer again.'

/** `added_tokens` of a tokenizer.json. */
export function listedTokens(added: unknown, place: string): ListedToken[] {
  if (added === undefined || added === null) return []
  if (!Array.isArray(added)) {
    throw new Error(`${place}: added_tokens is ${kindOf(added)}, and should be a list. Save the tokenizer again.`)
  }
  return added.map((json: unknown, index) => {
    const token = new ConfigFields(json, `${place}: added_tokens[${index}]`)
    const [id, content] = [token.get('id'), token.get('content')]
    if (typeof content !== 'string' || typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0 || id > mostIds) {
      throw token.wrong(
        `the id is ${kindOf(id)} and the content ${kindOf(content)}; a whole number and a text are wanted. Save the tokenizer again.`,
      )
    }
    return listedToken(token)
  })
}

/** One token; `isSpecial`: it is special, whatever it says. */
export function listedToken(token: ConfigFields, isSpecial = false): ListedToken {
  const content = token.text('content')
  if (!content.isWellFormed()) throw token.wrong(`the content ${kindOf(content)} ${halfPair}`)
  if (content.length > longestToken)
    throw token.wrong(
      `the content has ${content.length} characters, and may have ${longestToken}. The file may be damaged; save the tokenizer again.`,
    )
  const special = isSpecial || token.flag('special', false)
  return {
    content,
    single_word: token.flag('single_word', false),
    lstrip: token.flag('lstrip', false),
    rstrip: token.flag('rstrip', false),
    normalized: token.flag('normalized', !special),
    special,
  }
}

/**
 * The tokens with their ids. These are not those that stand beside them in the file, as in Python: a token that is a piece of
 * the model has the piece's, others are counted on from the number of pieces.
 *
 * - `vocab`, `size`: the model's pieces, and how many they are
 * - `named`: tokens that come after the others, each unless it would be new and its id not below `most`
 */
export function withIds(
  tokens: readonly ListedToken[],
  { vocab, size }: { readonly vocab: ReadonlyMap<string, number>; readonly size: number },
  named: readonly ListedToken[] = [],
  most = Infinity,
): AddedToken[] {
  const byId = new Map<number, AddedToken>()
  const ids = new Map<string, number>()
  const special = new Set<string>()
  let next = size
  const add = (token: ListedToken, most = Infinity): void => {
    const { content } = token
    const known = ids.get(content) ?? vocab.get(content)
    if (content === '' || (known === undefined && next >= most)) return
    const id = known ?? next++
    ids.set(content, id)
    if (token.special) special.add(content)
    byId.set(id, {
      id,
      content,
      isSingleWord: token.single_word,
      takesBlanksBefore: token.lstrip,
      takesBlanksAfter: token.rstrip,
      isNormalized: token.normalized,
    })
  }
  for (const token of tokens) add(token)
  for (const token of named) add(token, most)
  // What was special once stays special.
  return Array.from(byId.values(), (token) => ({ ...token, isSpecial: special.has(token.content) }))
}

/** Added tokens as tokenizer.json lists them. */
export function listedAgain(added: readonly AddedToken[]): object[] {
  return [...added]
    .sort((a, b) => a.id - b.id)
    .map((token) => ({
      id: token.id,
      content: token.content,
      single_word: token.isSingleWord === true,
      lstrip: token.takesBlanksBefore === true,
      rstrip: token.takesBlanksAfter === true,
      normalized: token.isNormalized === true,
      special: token.isSpecial === true,
    }))
}

// Added tokens: pieces that are found in a text before anything else is done with it, special ones such as [MASK] and others.

import { longestToken } from './longestToken.ts'

/** A piece that is found in the text itself, with `tokenizer.json`'s rules for it. */
export interface AddedToken {
  readonly id: number
  readonly content: string
  /** True where `decode` leaves it out. */
  readonly isSpecial?: boolean
  /** True where it is found only where no letter or digit touches it. */
  readonly isSingleWord?: boolean
  /** True where it takes the blanks before it with it. */
  readonly takesBlanksBefore?: boolean
  /** True where it takes the blanks after it with it. */
  readonly takesBlanksAfter?: boolean
  /** True where it is looked for after the text was normalized, rather than before. */
  readonly isNormalized?: boolean
}

/** `\w` as Python's `tokenizers` understands it. */
export const wordCharacters = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}'

const word = new RegExp(`[${wordCharacters}]`, 'u')
const blank = /\p{White_Space}/u

/** Where the blanks begin that end at a place: all blanks are one UTF-16 unit. */
export function blanksBefore(text: string, end: number, start = 0): number {
  let at = end
  while (at > start && blank.test(text[at - 1])) at--
  return at
}

function blanksAfter(text: string, start: number): number {
  let at = start
  while (at < text.length && blank.test(text[at])) at++
  return at
}

/** The character that ends at a place. */
function characterBefore(text: string, end: number): string {
  const isPair = /[\udc00-\udfff]/.test(text[end - 1] ?? '') && /[\ud800-\udbff]/.test(text[end - 2] ?? '')
  return text.slice(end - (isPair ? 2 : 1), end)
}

const characterAt = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0x20)

/** Cuts a text at the tokens in it: what is text stays text, what is a token becomes its id. No text in it is empty. */
export type TokenCutter = (text: string) => (string | number)[]

interface CutterOptions {
  readonly written?: (token: AddedToken) => string
  readonly isPassedOver?: (token: AddedToken) => boolean
}

/**
 * A cutter at these tokens. Of several that begin at one place the longest is taken.
 *
 * - `written`: the form that a token has in the text, where that is not its content
 * - `isPassedOver`: true for tokens that stay text where they are found
 */
export function tokenCutter(
  tokens: readonly AddedToken[],
  {
    written = ({ content }: AddedToken): string => content,
    isPassedOver = (_: AddedToken): boolean => false,
  }: CutterOptions = {},
): TokenCutter {
  const byText = new Map(tokens.map((token) => [written(token), token]))
  byText.delete('')
  if (byText.size === 0) return (text) => (text === '' ? [] : [text])
  const longest = longestToken(byText.keys())
  return (text) => {
    const parts: (string | number)[] = []
    let offset = 0
    for (let at = longest.next(text, 0); at < text.length; at = longest.next(text, at)) {
      const found = longest.at(text, at)
      const token = found === undefined ? undefined : byText.get(found)
      if (found === undefined || token === undefined) {
        at++
        continue
      }
      let start = at
      let end = at + found.length
      at = end
      if (isPassedOver(token)) continue
      if (token.isSingleWord && (word.test(characterBefore(text, start)) || word.test(characterAt(text, end)))) continue
      // Blanks that the token before took with it are gone, and with them a token that is nothing else.
      if (token.takesBlanksBefore) start = Math.max(offset, blanksBefore(text, start, offset))
      if (token.takesBlanksAfter) end = blanksAfter(text, end)
      if (offset < start) parts.push(text.slice(offset, start))
      if (start < end) parts.push(token.id)
      offset = end
    }
    if (offset < text.length) parts.push(text.slice(offset))
    return parts
  }
}

// Added tokens: pieces that are found in a text before anything else is done with it, special ones such as [MASK] and others.

/** A piece that is found in the text itself, with `tokenizer.json`'s rules for it. */
export interface AddedToken {
  readonly id: number
  readonly content: string
  /** Whether `decode` leaves it out. */
  readonly isSpecial?: boolean
  /** Whether it is found only where no letter or digit touches it. */
  readonly isSingleWord?: boolean
  /** Whether it takes the blanks before it with it. */
  readonly takesBlanksBefore?: boolean
  /** Whether it takes the blanks after it with it. */
  readonly takesBlanksAfter?: boolean
  /** Whether it is looked for after the text was normalized, rather than before. */
  readonly isNormalized?: boolean
}

/** `\w` as Python's `tokenizers` understands it. */
export const wordCharacters = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}'

const endsInWord = new RegExp(`[${wordCharacters}]$`, 'u')
const beginsWithWord = new RegExp(`^[${wordCharacters}]`, 'u')
const blanksAtEnd = /\p{White_Space}*$/u
const blanksAtBeginning = /^\p{White_Space}*/u

/** Cuts a text at the tokens in it: what is text stays text, what is a token becomes its id. No text in it is empty. */
export type TokenCutter = (text: string) => (string | number)[]

/**
 * A cutter at these tokens. Of several that begin at one place the longest is taken.
 *
 * - `written`: how the tokens are written in the text, where that is not their content
 */
export function tokenCutter(
  tokens: readonly AddedToken[],
  written = (token: AddedToken): string => token.content,
): TokenCutter {
  const byText = new Map(tokens.map((token) => [written(token), token]))
  byText.delete('')
  if (byText.size === 0) return (text) => (text === '' ? [] : [text])
  const longestFirst = [...byText.keys()].sort((a, b) => b.length - a.length)
  // Where no token begins, the first character alone says so: a thousand alternatives need not be tried.
  const firsts = new Set(longestFirst.map((text) => String.fromCodePoint(text.codePointAt(0) as number)))
  const pattern = new RegExp(
    `(?=[${[...firsts].map(escaped).join('')}])(?:${longestFirst.map(escaped).join('|')})`,
    'gu',
  )
  return (text) => {
    const parts: (string | number)[] = []
    let offset = 0
    for (const { 0: found, index } of text.matchAll(pattern)) {
      const token = byText.get(found) as AddedToken
      let start = index
      let end = index + found.length
      if (token.isSingleWord && (endsInWord.test(text.slice(0, start)) || beginsWithWord.test(text.slice(end))))
        continue
      if (token.takesBlanksBefore) start = Math.max(offset, text.slice(0, start).search(blanksAtEnd))
      if (token.takesBlanksAfter) end += blanksAtBeginning.exec(text.slice(end))?.[0].length ?? 0
      if (offset < start) parts.push(text.slice(offset, start))
      parts.push(token.id)
      offset = end
    }
    if (offset < text.length) parts.push(text.slice(offset))
    return parts
  }
}

/** A text as a regular expression that finds it, inside a class of characters too. */
function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, (sign) => (sign === '-' ? '\\x2d' : `\\${sign}`))
}

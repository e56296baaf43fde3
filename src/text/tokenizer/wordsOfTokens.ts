// The words of a text in tokens: which tokens each is made of, so that what is known of tokens is known of words.
//
// A word begins at a space; punctuation goes with the word that it stands beside. Languages without spaces have a word for each
// character that is whole. The rules are those of OpenAI's Whisper, as Hugging Face's `WhisperTokenizer` has them.

import type { Tokenizer } from '../tokenizer.ts'

/** A word, and its tokens: from `first` up to `behind` in the list. */
export interface TokenWord {
  readonly text: string
  readonly first: number
  readonly behind: number
}

const punctuation = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'
const before = '"\'“¡¿([{-'
const behind = '"\'.。,，!！?？:：”)]}、'

/** The languages that are written without spaces, by their codes. */
const withoutSpaces = ['zh', 'ja', 'th', 'lo', 'my', 'yue']

/** The words of ids; `language`: the code of the language, English if not given. */
export function wordsOfTokens(
  tokenizer: Pick<Tokenizer, 'decode'>,
  ids: readonly number[],
  language = 'en',
): TokenWord[] {
  const characters = wholeCharacters(tokenizer, ids)
  return punctuated(withoutSpaces.includes(language) ? characters : atSpaces(characters))
}

/** The shortest runs of tokens that are whole characters. */
function wholeCharacters(tokenizer: Pick<Tokenizer, 'decode'>, ids: readonly number[]): TokenWord[] {
  const broken = '\ufffd'
  const all = tokenizer.decode(ids)
  const found: TokenWord[] = []
  let [first, length] = [0, 0]
  for (let i = 1; i <= ids.length; i++) {
    const text = tokenizer.decode(ids.slice(first, i))
    const at = text.indexOf(broken)
    // A text may have that character itself.
    if (at >= 0 && length + at < all.length && all[length + at] !== broken) continue
    found.push({ text, first, behind: i })
    first = i
    length += text.length
  }
  return found
}

function atSpaces(parts: readonly TokenWord[]): TokenWord[] {
  const words: TokenWord[] = []
  for (const part of parts) {
    const last = words.at(-1)
    const isNew = part.text.startsWith(' ') || punctuation.includes(part.text.trim()) || !last
    if (isNew) words.push(part)
    else words[words.length - 1] = joined(last, part)
  }
  return words
}

/** Opening marks go with the word behind them, closing ones with the word before. */
function punctuated(words: readonly TokenWord[]): TokenWord[] {
  const opened: TokenWord[] = []
  for (const word of words.toReversed()) {
    const next = opened.at(-1)
    const isOpening = word.text.startsWith(' ') && before.includes(word.text.trim())
    if (isOpening && next) opened[opened.length - 1] = joined(word, next)
    else opened.push(word)
  }
  const closed: TokenWord[] = []
  for (const word of opened.toReversed()) {
    const last = closed.at(-1)
    if (last && !last.text.endsWith(' ') && behind.includes(word.text)) closed[closed.length - 1] = joined(last, word)
    else closed.push(word)
  }
  return closed
}

const joined = (one: TokenWord, other: TokenWord): TokenWord => ({
  text: one.text + other.text,
  first: one.first,
  behind: other.behind,
})

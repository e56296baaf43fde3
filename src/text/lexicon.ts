// Lexicon by their ids: those of a tokenizer, of which a word may be several tokens, and those of a list.

import { didYouMeanOneOf } from './spelling.ts'
import type { Tokenizer } from './tokenizer.ts'
import { tokenText } from './tokenText.ts'

/** A vocabulary, as who asks for words meets it. */
export interface Lexicon {
  readonly size: number
  /** The text that an id stands for. Throws for an id outside the vocabulary. */
  textOf(id: number): string
  /** The id of a text that is one token. Throws for one that is not, saying what it is, or which words are near. */
  idOf(word: string): number
  /** True for an id that stands for no text: `[MASK]`. */
  isSpecial(id: number): boolean
}

/** A list of words, whose ids are their places in it. */
export function listedWords(words: readonly string[]): Lexicon {
  const ids = new Map<string, number>()
  for (const [id, word] of words.entries()) if (!ids.has(word)) ids.set(word, id)
  return {
    size: words.length,
    textOf(id) {
      if (words[id] === undefined)
        throw new Error(`there is no word ${id}, but those from 0 to ${words.length - 1}. Give an id of these.`)
      return words[id]
    },
    idOf(word) {
      const id = ids.get(word)
      if (id === undefined) throw unknownWord(word, words)
      return id
    },
    isSpecial: () => false,
  }
}

/** The words of a tokenizer. A text is looked up as it stands: in many vocabularies a space before a word is part of it. */
export function tokenizerWords(tokenizer: Tokenizer): Lexicon {
  const textOf = (id: number): string => tokenText(tokenizer, id)
  const only = (text: string): number | undefined => {
    const ids = tokenizer.encode(text)
    return ids.length === 1 && (ids[0] !== tokenizer.special.unknown || tokenizer.piece(ids[0]) === text)
      ? ids[0]
      : undefined
  }
  return {
    size: tokenizer.size,
    textOf,
    isSpecial: (id) => tokenizer.isSpecial(id),
    idOf(word) {
      const ids = tokenizer.encode(word)
      const id = only(word)
      if (id !== undefined) return id
      const isUnknown = ids.length === 0 || Array.from(ids).every((each) => each === tokenizer.special.unknown)
      if (isUnknown) throw unknownWord(word, textsOf({ size: tokenizer.size, textOf }))
      const pieces = Array.from(ids, (each) => JSON.stringify(textOf(each)))
      const spaced = word.startsWith(' ') ? word.slice(1) : ` ${word}`
      const hint =
        only(spaced) === undefined ? 'Give a word that is one.' : `${JSON.stringify(spaced)} is one: give that.`
      throw new Error(
        `${JSON.stringify(word)} is ${ids.length} tokens, ${pieces.slice(0, 8).join(' ')}${pieces.length > 8 ? ' …' : ''}, and has no vector of its own. ${hint}`,
      )
    },
  }
}

/** The other way to write a word that is a token of its own too: with a space before it, or without. Undefined where there is none. */
export function spacedOther(words: Lexicon, id: number): number | undefined {
  const text = words.textOf(id)
  const other = text.startsWith(' ') ? text.slice(1) : ` ${text}`
  if (other === '' || other === ' ') return undefined
  try {
    const found = words.idOf(other)
    return found === id || words.textOf(found) !== other ? undefined : found
  } catch {
    return undefined
  }
}

/**
 * The ids of words as they stand in running text, whatever their case, as gensim looks them up: of words that differ in their case
 * alone the first counts. Where a vocabulary has a word both with a space before it and without, the one with the space counts.
 */
export function idsOfAnyCase(words: Lexicon): (word: string) => number | undefined {
  const [within, bare] = [new Map<string, number>(), new Map<string, number>()]
  for (let id = 0; id < words.size; id++) {
    if (words.isSpecial(id)) continue
    const text = words.textOf(id)
    const known = text.startsWith(' ') ? within : bare
    const key = (text.startsWith(' ') ? text.slice(1) : text).toUpperCase()
    if (!known.has(key)) known.set(key, id)
  }
  return (word) => within.get(word.toUpperCase()) ?? bare.get(word.toUpperCase())
}

/**
 * The first tokens of a vocabulary that are words, so many at most: most vocabularies begin with what is commonest. Where words
 * bring their space, only those with one are whole words. Where there are hardly any words, the first tokens of whatever kind.
 */
export function firstWords(words: Lexicon, most: number): number[] {
  const ids = Array.from({ length: words.size }, (_, id) => id).filter((id) => !words.isSpecial(id))
  const texts = ids.map((id) => words.textOf(id))
  const isSpaced = texts.some((text) => /^ \p{L}{2}/u.test(text))
  const isWord = (text: string): boolean =>
    (isSpaced ? /^ \p{L}[\p{L}\p{M}'’-]+$/u : /^\p{L}[\p{L}\p{M}'’-]+$/u).test(text)
  const found = ids.filter((_, i) => isWord(texts[i]))
  return (found.length >= 3 ? found : ids).slice(0, most)
}

const textsOf = ({ size, textOf }: Pick<Lexicon, 'size' | 'textOf'>): string[] =>
  Array.from({ length: size }, (_, id) => textOf(id))

function unknownWord(word: string, known: readonly string[]): Error {
  // A space before a word is no letter that was mistaken.
  const names = [...new Set(known.map((text) => text.trim()))].filter((text) => text !== '')
  const meant = didYouMeanOneOf(word, names, 3)
  return new Error(
    `there is no word ${JSON.stringify(word)} among the ${known.length}.${meant === '' ? ' Give one of these.' : meant}`,
  )
}

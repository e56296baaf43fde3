// The character tokenizer: every distinct character of the training text is one token.
//
// A character is a Unicode code point, as in Python, so "👍" is one token although JavaScript's strings hold it as two
// units. It needs no training, leaves nothing out, and keeps the vocabulary so small (65 for Shakespeare) that one can
// look at all of it: the tokenizer to learn with. It is saved as a Hugging Face `tokenizer.json`; charactersFromJSON.ts
// reads it again.

import {
  checkSpecial,
  rolesOf,
  type SpecialIds,
  specialToJSON,
  type Template,
  templateFor,
  templateToJSON,
  withTemplate,
} from './special.ts'
import {
  type DecodeOptions,
  type EncodeOptions,
  outside,
  type StreamOptions,
  type TextStream,
  type Tokenizer,
} from './tokenizer.ts'
import { checkIsWellFormed, showCharacter } from './wellFormed.ts'

/** `pre_tokenizer` of a character tokenizer: every character is a word. */
export const everyCharacter = { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false }

export interface CharacterOptions {
  /** The special tokens, which have the first ids, in this order: `specialTokens.encoder`, or names of your own. */
  readonly special?: readonly string[]
}

/** A vocabulary of single characters; ids follow the order of their code points, after those of the special tokens. */
export class CharacterTokenizer implements Tokenizer {
  readonly size: number
  readonly special: SpecialIds
  readonly #pieces: readonly string[]
  readonly #specialTokens: readonly string[]
  readonly template: Template
  /** Where special tokens stand in a text, of several that begin at one place the longest; nothing where there are none. */
  readonly #specialPattern: RegExp | undefined
  /** The id of every character of one UTF-16 unit, by the unit; −1 for those that the vocabulary lacks. */
  readonly #idOfUnit = new Int32Array(0x10000).fill(-1)
  /** The id of every character of two units (a surrogate pair: emoji, rare scripts), by its code point. */
  readonly #idOfPair = new Map<number, number>()

  /** A vocabulary of these characters, in this order; most callers want `CharacterTokenizer.of(text)`. */
  constructor(characters: readonly string[], { special = [] }: CharacterOptions = {}) {
    if (characters.length === 0) {
      throw new Error(
        'tokenizer: a vocabulary needs at least one character, and the text is empty. Give a text to learn from.',
      )
    }
    checkSpecial(special)
    for (const [index, character] of characters.entries()) {
      const id = special.length + index
      const codePoint = codePointOf(character)
      const earlier = this.#idOf(codePoint)
      if (earlier >= 0) {
        throw new Error(
          `tokenizer: the character ${showCharacter(codePoint)} stands twice in the vocabulary, as id ${earlier} and as id ${id}. Remove one.`,
        )
      }
      if (codePoint <= 0xffff) this.#idOfUnit[codePoint] = id
      else this.#idOfPair.set(codePoint, id)
    }
    const single = special.find((token) => characters.includes(token))
    if (single !== undefined) {
      throw new Error(
        `tokenizer: ${JSON.stringify(single)} is a character of the text and a special token. Give the special token a longer name.`,
      )
    }
    this.#pieces = [...special, ...characters]
    this.#specialTokens = special
    this.template = templateFor(special)
    this.#specialPattern = special.length === 0 ? undefined : patternOf(special)
    this.size = this.#pieces.length
    this.special = rolesOf((token) => (special.includes(token) ? special.indexOf(token) : undefined))
  }

  /** The vocabulary of a training text: its distinct characters, sorted by code point. */
  static of(text: string, options?: CharacterOptions): CharacterTokenizer {
    checkIsWellFormed(text)
    const seen = new Uint8Array(0x110000)
    for (let i = 0; i < text.length; i++) {
      const codePoint = text.codePointAt(i) as number
      seen[codePoint] = 1
      if (codePoint > 0xffff) i++
    }
    const characters: string[] = []
    for (let codePoint = 0; codePoint < seen.length; codePoint++) {
      if (seen[codePoint] === 1) characters.push(String.fromCodePoint(codePoint))
    }
    return new CharacterTokenizer(characters, options)
  }

  /** The ids of a text. A character that the vocabulary lacks is an error, unless there is an unknown token. */
  encode(text: string, { special = false }: EncodeOptions = {}): Int32Array {
    const ids = new Int32Array(text.length)
    let count = 0
    // Every second part is a special token.
    const parts = this.#specialPattern ? text.split(this.#specialPattern) : [text]
    for (const [i, part] of parts.entries()) {
      if (i % 2 === 1) ids[count++] = this.#specialTokens.indexOf(part)
      else count = this.#encodePlain(part, ids, count, text)
    }
    const plain = count === ids.length ? ids : ids.slice(0, count)
    return special ? withTemplate(plain, this.template) : plain
  }

  #encodePlain(part: string, ids: Int32Array, start: number, text: string): number {
    let count = start
    for (let i = 0; i < part.length; i++) {
      let id = this.#idOfUnit[part.charCodeAt(i)]
      if (id < 0) {
        const codePoint = part.codePointAt(i) as number
        const isHalf = codePoint >= 0xd800 && codePoint <= 0xdfff
        id = this.#idOfPair.get(codePoint) ?? (isHalf ? undefined : this.special.unknown) ?? -1
        if (id < 0) throw this.#missing(text)
        if (codePoint > 0xffff) i++
      }
      ids[count++] = id
    }
    return count
  }

  decode(ids: ArrayLike<number>, { special = false }: DecodeOptions = {}): string {
    let text = ''
    for (let i = 0; i < ids.length; i++) {
      const piece = this.piece(ids[i])
      if (special || !this.isSpecial(ids[i])) text += piece
    }
    return text
  }

  piece(id: number): string {
    const piece = Number.isInteger(id) ? this.#pieces[id] : undefined
    if (piece === undefined) throw outside(id, this.size)
    return piece
  }

  isSpecial(id: number): boolean {
    return id >= 0 && id < this.#specialTokens.length
  }

  /** Every token is a whole character: nothing is ever held back. */
  stream({ after = [], special }: StreamOptions = {}): TextStream {
    this.decode(after)
    return { push: (id) => this.decode([id], { special }), end: () => '' }
  }

  /**
   * A `WordLevel` tokenizer whose words are single characters. `[\s\S]` is any character, line ends too, in Python's,
   * Rust's and JavaScript's regular expressions alike; `Fuse` joins the pieces again without spaces. Without an unknown
   * token of its own the vocabulary lacks the one that it names, so that Python too reports an unknown character instead
   * of passing over it.
   */
  toJSON(): object {
    const { unknown } = this.special
    return {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: specialToJSON(this.#specialTokens),
      normalizer: null,
      pre_tokenizer: everyCharacter,
      post_processor: templateToJSON(this.template, this.#specialTokens),
      decoder: { type: 'Fuse' },
      model: {
        type: 'WordLevel',
        vocab: Object.fromEntries(this.#pieces.map((piece, id) => [piece, id])),
        unk_token: unknown === undefined ? '[UNK]' : this.piece(unknown),
      },
    }
  }

  /** Says that a character has a token: its own, or the one for unknown characters. */
  knows(character: string): boolean {
    return this.special.unknown !== undefined || this.#idOf(character.codePointAt(0) as number) >= 0
  }

  #idOf(codePoint: number): number {
    return codePoint <= 0xffff ? this.#idOfUnit[codePoint] : (this.#idOfPair.get(codePoint) ?? -1)
  }

  /** The error that names every character of the text which the vocabulary lacks, each with its first place. */
  #missing(text: string): Error {
    const places = new Map<number, number>()
    let place = 0
    for (const character of text) {
      place++
      const codePoint = character.codePointAt(0) as number
      if (this.#idOf(codePoint) < 0 && !places.has(codePoint)) places.set(codePoint, place)
    }
    const named = [...places]
      .slice(0, mostNamed)
      .map(([codePoint, place]) => `${showCharacter(codePoint)} (character ${place})`)
    const more = places.size - named.length
    return new Error(
      `tokenizer: the vocabulary has no ${named.join(', no ')}${more > 0 ? ` and ${more} more` : ''}; it knows the ${this.size - this.#specialTokens.length} characters of its training text. ` +
        'Leave them out, or train on a text that has them.',
    )
  }
}

/** The number of unknown characters that a message names before it counts the rest. */
const mostNamed = 6

/** A pattern that captures any of some texts, the longer before the shorter. */
function patternOf(texts: readonly string[]): RegExp {
  const longestFirst = texts.toSorted((a, b) => b.length - a.length)
  return new RegExp(`(${longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`)
}

function codePointOf(character: string): number {
  const codePoint = character.codePointAt(0)
  if (codePoint === undefined || String.fromCodePoint(codePoint) !== character) {
    throw new Error(`tokenizer: ${JSON.stringify(character)} is not one character. Give the characters one by one.`)
  }
  checkIsWellFormed(character)
  return codePoint
}

// The character tokenizer: every distinct character of the training text is one token.
//
// A character is a Unicode code point, as in Python, so "👍" is one token although JavaScript's strings hold it as two
// units. It needs no training, leaves nothing out, and keeps the vocabulary so small (65 for Shakespeare) that one can
// look at all of it: the tokenizer to learn with. It is saved as a Hugging Face `tokenizer.json`.

import { checkIsObject, kindOf } from './json.ts'
import type { Tokenizer } from './tokenizer.ts'

/** A vocabulary of single characters; ids follow the order of their code points. */
export class CharacterTokenizer implements Tokenizer {
  readonly size: number
  readonly #pieces: readonly string[]
  /** The id of every character of one UTF-16 unit, by the unit; −1 for those that the vocabulary lacks. */
  readonly #idOfUnit = new Int32Array(0x10000).fill(-1)
  /** The id of every character of two units (a surrogate pair: emoji, rare scripts), by its code point. */
  readonly #idOfPair = new Map<number, number>()

  /** A vocabulary of these characters, in this order; most callers want `CharacterTokenizer.of(text)`. */
  constructor(characters: readonly string[]) {
    if (characters.length === 0) {
      throw new Error(
        'tokenizer: a vocabulary needs at least one character, and the text is empty. Give a text to learn from.',
      )
    }
    for (const [id, character] of characters.entries()) {
      const codePoint = codePointOf(character)
      const earlier = this.#idOf(codePoint)
      if (earlier >= 0) {
        throw new Error(
          `tokenizer: the character ${show(codePoint)} stands twice in the vocabulary, as id ${earlier} and as id ${id}. Remove one.`,
        )
      }
      if (codePoint <= 0xffff) this.#idOfUnit[codePoint] = id
      else this.#idOfPair.set(codePoint, id)
    }
    this.#pieces = characters
    this.size = characters.length
  }

  /** The vocabulary of a training text: its distinct characters, sorted by code point. */
  static of(text: string): CharacterTokenizer {
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
    return new CharacterTokenizer(characters)
  }

  /**
   * The tokenizer in the parsed content of a `tokenizer.json`. Throws when it is damaged, or is another kind of
   * tokenizer, which the message names.
   */
  static fromJSON(json: unknown, place = 'tokenizer.json'): CharacterTokenizer {
    return new CharacterTokenizer(charactersFromJSON(json, place))
  }

  encode(text: string): Int32Array {
    const ids = new Int32Array(text.length)
    let count = 0
    for (let i = 0; i < text.length; i++) {
      let id = this.#idOfUnit[text.charCodeAt(i)]
      if (id < 0) {
        id = this.#idOfPair.get(text.codePointAt(i) as number) ?? -1
        if (id < 0) throw this.#missing(text)
        i++
      }
      ids[count++] = id
    }
    return count === ids.length ? ids : ids.slice(0, count)
  }

  decode(ids: ArrayLike<number>): string {
    let text = ''
    for (let i = 0; i < ids.length; i++) text += this.piece(ids[i])
    return text
  }

  piece(id: number): string {
    const piece = this.#pieces[id]
    if (piece === undefined) {
      throw new Error(
        `tokenizer: id ${id} is outside the vocabulary (0..${this.size - 1}). The model and the tokenizer may not belong together.`,
      )
    }
    return piece
  }

  /**
   * A `WordLevel` tokenizer whose words are single characters. `[\s\S]` is any character, line ends too, in Python's,
   * Rust's and JavaScript's regular expressions alike; `Fuse` joins the pieces again without spaces. The vocabulary
   * lacks the unknown token that it names, so that Python too reports an unknown character instead of passing over it.
   */
  toJSON(): object {
    return {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: everyCharacter,
      post_processor: null,
      decoder: { type: 'Fuse' },
      model: {
        type: 'WordLevel',
        vocab: Object.fromEntries(this.#pieces.map((piece, id) => [piece, id])),
        unk_token: '[UNK]',
      },
    }
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
    const named = [...places].slice(0, mostNamed).map(([codePoint, place]) => `${show(codePoint)} (character ${place})`)
    if (places.size > mostNamed) named.push(`${places.size - mostNamed} more`)
    return new Error(
      `tokenizer: the vocabulary has no ${named.join(', no ')}; it knows the ${this.size} characters of its training text. ` +
        'Leave them out, or train on a text that has them.',
    )
  }
}

const everyCharacter = { type: 'Split', pattern: { Regex: '[\\s\\S]' }, behavior: 'Isolated', invert: false }

/** How many unknown characters a message names before it counts the rest. */
const mostNamed = 20

function charactersFromJSON(json: unknown, place: string): string[] {
  checkIsObject(json, place)
  const { model } = json
  checkIsObject(model, `${place}: model`)
  const { type, vocab } = model
  // A real byte-pair tokenizer is what most people will try first: name it before anything else is found wanting.
  if (type !== 'WordLevel') {
    const pieces = typeof vocab === 'object' && vocab !== null ? ` with ${Object.keys(vocab).length} pieces` : ''
    throw new Error(
      `${place}: this is a ${typeof type === 'string' ? type : 'nameless'} tokenizer${pieces}; ` +
        'Cutaway reads character tokenizers, as it writes them, so far. Take a model that was trained on characters.',
    )
  }
  checkIsObject(vocab, `${place}: model.vocab`)
  const entries = Object.entries(vocab)
  const characters = new Array<string | undefined>(entries.length).fill(undefined)
  for (const [piece, id] of entries) {
    const name = JSON.stringify(piece)
    if ([...piece].length !== 1) {
      throw new Error(
        `${place}: the piece ${name} is not one character; Cutaway reads character tokenizers, as it writes them, so far. ` +
          'Take a model that was trained on characters.',
      )
    }
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id >= entries.length) {
      throw new Error(
        `${place}: the id of ${name} is ${kindOf(id)}, but the ids of ${entries.length} pieces are the whole numbers ` +
          `0..${entries.length - 1}. Save the tokenizer again.`,
      )
    }
    if (characters[id] !== undefined) {
      throw new Error(
        `${place}: ${JSON.stringify(characters[id])} and ${name} both have the id ${id}. Save the tokenizer again.`,
      )
    }
    characters[id] = piece
  }
  checkCutsCharacters(json, place)
  return characters.filter((character) => character !== undefined)
}

/** A file may hold our vocabulary and still cut text otherwise; then its ids would silently differ from Python's. */
function checkCutsCharacters(json: Record<string, unknown>, place: string): void {
  const expected: [string, string][] = [
    ['normalizer', 'null'],
    ['pre_tokenizer', JSON.stringify(everyCharacter)],
    ['post_processor', 'null'],
    ['decoder', JSON.stringify({ type: 'Fuse' })],
    ['added_tokens', '[]'],
  ]
  for (const [key, value] of expected) {
    const found = compact(addsNothing(json[key]) ? null : json[key])
    if (found !== value) {
      const shown = found.length > 80 ? `${found.slice(0, 80)}…` : found
      throw new Error(
        `${place}: ${key} is ${shown}, but a character tokenizer has ${value}. Take a tokenizer that Cutaway saved.`,
      )
    }
  }
}

/** Nothing, or the template without special tokens that Python's transformers puts into every tokenizer it saves. */
function addsNothing(value: unknown): boolean {
  if (value === undefined || value === null) return true
  if (typeof value !== 'object') return false
  const { type, special_tokens: special } = value as Record<string, unknown>
  return type === 'TemplateProcessing' && compact(special) === '{}'
}

function compact(value: unknown): string {
  try {
    return String(JSON.stringify(value))
  } catch {
    return 'nested too deeply to be shown'
  }
}

function codePointOf(character: string): number {
  const codePoint = character.codePointAt(0)
  if (codePoint === undefined || String.fromCodePoint(codePoint) !== character) {
    throw new Error(`tokenizer: ${JSON.stringify(character)} is not one character. Give the characters one by one.`)
  }
  checkIsWellFormed(character)
  return codePoint
}

/** Half a surrogate pair is no character: it could neither be saved as UTF-8 nor read by Python. */
function checkIsWellFormed(text: string): void {
  if (text.isWellFormed()) return
  const characters = [...text]
  const place = characters.findIndex((character) => !character.isWellFormed())
  throw new Error(
    `tokenizer: character ${place + 1} of the text is half of a surrogate pair (${show(characters[place].charCodeAt(0))}), which is no ` +
      'character. The text was cut inside an emoji or a rare letter; cut it between characters.',
  )
}

/** `"é"`, `"\n"`, or `U+0301` for what cannot be seen by itself. */
function show(codePoint: number): string {
  const character = String.fromCodePoint(codePoint)
  const quoted = JSON.stringify(character)
  const isVisible = /^[\p{L}\p{N}\p{P}\p{S} ]$/u.test(character) || quoted.length === 4
  return isVisible ? quoted : `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`
}

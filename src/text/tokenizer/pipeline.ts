// A tokenizer of parts: what Hugging Face's `tokenizer.json` describes.
//
//   text ─ added tokens ─ normalizer ─ pre-tokenizer ─ model ─ template ─ ids
//          [MASK] = 103    lower case   words           pieces  [CLS] … [SEP]
//
//   ids ─ pieces ─ decoder ─ text
//
// Only the model is asked for each word; what it said is remembered, since most words come again and again.

import { noTemplate, type SpecialIds, type Template, withTemplate } from '../special.ts'
import {
  type DecodeOptions,
  type EncodeOptions,
  outside,
  type StreamOptions,
  type TextStream,
  type Tokenizer,
} from '../tokenizer.ts'
import { checkIsWellFormed } from '../wellFormed.ts'
import { type AddedToken, type TokenCutter, tokenCutter } from './addedTokens.ts'
import type { PieceDecoder } from './decoders.ts'
import type { Normalizer } from './normalizers.ts'
import type { PreTokenizer } from './preTokenizers.ts'
import type { PieceStory, WordModel } from './wordModel.ts'

export interface PipelineParts {
  /** The ids of all pieces but the added tokens. */
  readonly vocab: Iterable<readonly [piece: string, id: number]>
  readonly added: readonly AddedToken[]
  readonly normalize: Normalizer
  readonly preTokenizer: PreTokenizer
  readonly model: WordModel
  readonly template?: Template
  readonly decoder: PieceDecoder
  readonly special: SpecialIds
  readonly tellsTextsApart?: boolean
  /** True where special tokens that stand in a text are text. */
  readonly passesSpecialOver?: boolean
  /** The content of its `tokenizer.json`. */
  readonly json: object
}

/** One word of a text, or one added token, and how it became pieces. */
export interface WordStory {
  /** The word as the model gets it: normalized, and spelled as bytes where the model's pieces are. */
  readonly word: string
  readonly pieces: readonly (PieceStory & { readonly piece: string })[]
}

/** The number of words that are remembered, and how long they may be: some tokenizers take a whole text for one word. */
const mostWords = 200_000
const longestWord = 100

export class PipelineTokenizer implements Tokenizer {
  readonly size: number
  readonly special: SpecialIds
  readonly tellsTextsApart: boolean
  readonly #parts: PipelineParts
  readonly template: Template
  /** By id; undefined where a vocabulary leaves an id out. */
  readonly #pieces: (string | undefined)[] = []
  readonly #specialIds = new Set<number>()
  readonly #cutRaw: TokenCutter
  readonly #cutNormalized: TokenCutter
  readonly #words = new Map<string, readonly number[]>()

  constructor(parts: PipelineParts) {
    const { vocab, added, normalize, template = noTemplate, special: roles } = parts
    this.#parts = parts
    this.template = template
    this.special = roles
    this.tellsTextsApart = parts.tellsTextsApart ?? true
    for (const [piece, id] of vocab) this.#pieces[id] = piece
    // As in Python, a token that is looked for in normalized text is written as it stands there.
    const written = ({ content, isNormalized }: AddedToken): string => (isNormalized ? normalize(content) : content)
    for (const token of added) this.#pieces[token.id] = written(token)
    this.size = this.#pieces.length
    // And it is as it stands there that it is special or not: one that the normalizer changes is no special token any more.
    const special = new Set(added.filter(({ isSpecial }) => isSpecial).map(({ content }) => content))
    for (const { id } of added) if (special.has(this.#pieces[id] ?? '')) this.#specialIds.add(id)
    const isPassedOver = ({ content }: AddedToken): boolean => parts.passesSpecialOver === true && special.has(content)
    const [raw, normalized] = [false, true].map((is) => added.filter(({ isNormalized = false }) => isNormalized === is))
    this.#cutRaw = tokenCutter(raw, { isPassedOver })
    this.#cutNormalized = tokenCutter(normalized, { isPassedOver, written })
  }

  /** The ids of a text. Throws for half a surrogate pair, and for what the vocabulary cannot say. */
  encode(text: string, { special = false }: EncodeOptions = {}): Int32Array {
    const ids: number[] = []
    for (const part of this.#wordsOf(text)) {
      if (typeof part === 'number') ids.push(part)
      else for (const id of this.#idsOf(part)) ids.push(id)
    }
    const plain = Int32Array.from(ids)
    return special ? withTemplate(plain, this.template) : plain
  }

  decode(ids: ArrayLike<number>, { special = false }: DecodeOptions = {}): string {
    const stage = this.#parts.decoder()
    let text = ''
    for (let i = 0; i < ids.length; i++) {
      const piece = this.#written(ids[i], special)
      if (piece !== undefined) for (const part of stage.push(piece)) text += part
    }
    for (const part of stage.end()) text += part
    return text
  }

  piece(id: number): string {
    if (Number.isInteger(id) && id >= 0 && id < this.size) return this.#pieces[id] ?? ''
    throw outside(id, this.size)
  }

  /** The piece of an id; none for a special token, unless they are asked for, nor for an id that the vocabulary leaves out. */
  #written(id: number, special: boolean): string | undefined {
    this.piece(id)
    return special || !this.isSpecial(id) ? this.#pieces[id] : undefined
  }

  isSpecial(id: number): boolean {
    return this.#specialIds.has(id)
  }

  stream({ after = [], special = false }: StreamOptions = {}): TextStream {
    const stage = this.#parts.decoder()
    const push = (id: number): string => {
      const piece = this.#written(id, special)
      return piece === undefined ? '' : stage.push(piece).join('')
    }
    let certain = 0
    for (let i = 0; i < after.length; i++) certain += push(after[i]).length
    const fresh = unless(this.decode(after, { special }).slice(certain))
    return { push: (id) => fresh(push(id)), end: () => fresh(stage.end().join('')) }
  }

  toJSON(): object {
    return this.#parts.json
  }

  /** The story of a text's ids, word by word: the merges that built each piece, or the longer pieces that were tried. */
  explain(text: string): WordStory[] {
    const { model, preTokenizer } = this.#parts
    return [...this.#wordsOf(text)].map((part) => {
      if (typeof part === 'number') return { word: this.piece(part), pieces: [{ id: part, piece: this.piece(part) }] }
      const word = preTokenizer.spell?.(part) ?? part
      return { word, pieces: model.explain(word).map((story) => ({ ...story, piece: this.piece(story.id) })) }
    })
  }

  /** The words of a text in order, not yet spelled, and the ids of the added tokens between them. */
  *#wordsOf(text: string): Generator<string | number> {
    checkIsWellFormed(text)
    const { normalize, preTokenizer } = this.#parts
    for (const [place, raw] of this.#cutRaw(text).entries()) {
      if (typeof raw === 'number') yield raw
      else {
        const normalized = normalize(raw)
        const isFirst = (): boolean => place === 0 && !isDropped(raw, normalized, normalize)
        for (const [inner, part] of this.#cutNormalized(normalized).entries()) {
          if (typeof part === 'number') yield part
          else yield* preTokenizer.cut(part, () => inner === 0 && isFirst())
        }
      }
    }
  }

  #idsOf(word: string): readonly number[] {
    const known = this.#words.get(word)
    if (known !== undefined) return known
    const { model, preTokenizer } = this.#parts
    const ids = model.encode(preTokenizer.spell?.(word) ?? word)
    if (word.length > longestWord) return ids
    if (this.#words.size >= mostWords) this.#words.clear()
    this.#words.set(word, ids)
    return ids
  }
}

/** True where a normalizer leaves the first character out: then a normalized text does not begin where the text does. */
function isDropped(text: string, normalized: string, normalize: Normalizer): boolean {
  const first = String.fromCodePoint(text.codePointAt(0) as number)
  return !normalized.startsWith(first) && normalize(text.slice(first.length)) === normalized
}

/** Text as it comes, without what is there already: of what a decoder held back, the part that has become certain as it was. */
function unless(already: string): (text: string) => string {
  let rest = [...already]
  return (text) => {
    if (rest.length === 0) return text
    const characters = [...text]
    let same = 0
    while (same < rest.length && characters[same] === rest[same]) same++
    rest = same === characters.length ? rest.slice(same) : []
    return characters.slice(same).join('')
  }
}

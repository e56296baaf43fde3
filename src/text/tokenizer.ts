// What every tokenizer can do: turn text into ids and ids back into text. A model sees only the ids.
// The simplest one is in characters.ts; special.ts says what special tokens are.

import type { SpecialIds, Template } from './special.ts'

/** A tokenizer: a vocabulary of pieces of text, each with a number (its id), and the way text is cut into them. */
export interface Tokenizer {
  /** The number of pieces that the vocabulary has; ids run from 0 to size − 1. */
  readonly size: number

  /** The ids of the special tokens that have a role, where the vocabulary has them. */
  readonly special: SpecialIds

  /** True where models are told which of two texts a token belongs to; yes if it does not say. */
  readonly tellsTextsApart?: boolean

  /** The ids that `encode` adds to a text where special tokens are asked for. */
  readonly template: Template

  /**
   * The ids of a text, in order. A special token that stands in the text (`[MASK]`) becomes its one id. Throws when the text
   * holds something that the vocabulary cannot say.
   *
   * - `special`: with the special tokens that the tokenizer's template adds: `[CLS] … [SEP]`, `… </s>`; without, by default
   */
  encode(text: string, options?: EncodeOptions): Int32Array

  /**
   * The text of ids. Throws for an id outside the vocabulary.
   *
   * - `special`: with the special tokens, as they are written; they are left out by default
   */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string

  /** The piece that one id stands for, as the vocabulary writes it. Throws for an id outside the vocabulary. */
  piece(id: number): string

  /** True where an id stands for a special token, which `decode` leaves out. */
  isSpecial(id: number): boolean

  /**
   * Decodes ids one by one: text comes out as soon as it is certain, so that a character of several tokens never breaks
   * apart. All that comes out, one after the other, is what `decode` makes of all ids.
   *
   * - `after`: ids that stand before them and whose text is there already. Many tokenizers write the first piece of a text in
   *   another way, so that what goes on with a text cannot be decoded by itself: it would lose its first space.
   */
  stream(options?: StreamOptions): TextStream

  /** The content of a Hugging Face `tokenizer.json`, which Python's `tokenizers` and `transformers` read. */
  toJSON(): object
}

export interface EncodeOptions {
  readonly special?: boolean
}

export interface DecodeOptions {
  readonly special?: boolean
}

export interface StreamOptions extends DecodeOptions {
  readonly after?: ArrayLike<number>
}

/** Ids on their way to text. */
export interface TextStream {
  /** The text that is certain now and was not before; it may be empty. */
  push(id: number): string
  /** The text that was still held back. */
  end(): string
}

/** The error for an id that no piece has. */
export function outside(id: unknown, size: number): Error {
  return new Error(
    `tokenizer: id ${typeof id === 'string' ? JSON.stringify(id) : id} is outside the vocabulary (0..${size - 1}). The model and the tokenizer may not belong together.`,
  )
}

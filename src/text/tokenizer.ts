// What every tokenizer can do: turn text into ids and ids back into text. A model sees only the ids.
// The simplest one is in characters.ts.

/** A tokenizer: a vocabulary of pieces of text, each with a number (its id), and the way text is cut into them. */
export interface Tokenizer {
  /** How many pieces the vocabulary has; ids run from 0 to size − 1. */
  readonly size: number

  /** The ids of a text, in order. Throws when the text holds something that the vocabulary cannot say. */
  encode(text: string): Int32Array

  /** The text of ids; `decode(encode(text))` is `text`. Throws for an id outside the vocabulary. */
  decode(ids: ArrayLike<number>): string

  /** The piece of text that one id stands for. Throws for an id outside the vocabulary. */
  piece(id: number): string

  /** The content of a Hugging Face `tokenizer.json`, which Python's `tokenizers` and `transformers` read. */
  toJSON(): object
}

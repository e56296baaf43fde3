// Whole words: a word is a piece, or it is unknown.

import type { PieceStory, WordModel } from './wordModel.ts'

export class WordLevel implements WordModel {
  readonly #vocab: ReadonlyMap<string, number>
  readonly #unknown: string

  constructor({ vocab, unknown }: { vocab: ReadonlyMap<string, number>; unknown: string }) {
    this.#vocab = vocab
    this.#unknown = unknown
  }

  /** Throws for a word that the vocabulary lacks, if it lacks the unknown token too. */
  encode(word: string): readonly number[] {
    const id = this.#vocab.get(word) ?? this.#vocab.get(this.#unknown)
    if (id !== undefined) return [id]
    throw new Error(
      `tokenizer: the vocabulary has no ${JSON.stringify(word)}, nor the token ${JSON.stringify(this.#unknown)} for what it ` +
        'lacks. Leave the word out, or take another tokenizer.',
    )
  }

  explain(word: string): readonly PieceStory[] {
    return this.encode(word).map((id) => ({ id }))
  }
}

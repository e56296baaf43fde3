// Word pieces: from the beginning of a word the longest piece that the vocabulary has, then the longest after it, and so on.
// Pieces inside a word are written with a prefix, so that they are not those that begin one.
//
//   unaffable   →   un ##aff ##able
//
// Wu et al. 2016, "Google's neural machine translation system", section 4.1; the greedy cutting is BERT's.

import type { PieceStory, WordModel } from './wordModel.ts'

export interface WordPieceOptions {
  readonly vocab: ReadonlyMap<string, number>
  /** Stands for a whole word that cannot be put together from pieces. */
  readonly unknown: string
  /** The mark before pieces inside a word. */
  readonly prefix?: string
  /** A longer word is unknown; in characters. */
  readonly longest?: number
}

/** The number of longer pieces, of those that the vocabulary lacks, that are told of. */
const mostTried = 5

export class WordPieces implements WordModel {
  readonly #vocab: ReadonlyMap<string, number>
  readonly #unknown: number
  readonly #prefix: string
  readonly #longest: number
  /** The length of the longest piece without its prefix, in UTF-16 units: nothing longer needs to be looked for. */
  readonly #longestPiece: number

  /** Throws when the vocabulary lacks the unknown token; `place` is the name of the file. */
  constructor({ vocab, unknown, prefix = '##', longest = 100 }: WordPieceOptions, place = 'tokenizer') {
    const id = vocab.get(unknown)
    if (id === undefined) {
      throw new Error(
        `${place}: the vocabulary lacks the unknown token ${JSON.stringify(unknown)}, which stands for words that word pieces ` +
          'cannot write. Add it to the special tokens.',
      )
    }
    this.#vocab = vocab
    this.#unknown = id
    this.#prefix = prefix
    this.#longest = longest
    let longestPiece = 1
    for (const piece of vocab.keys()) longestPiece = Math.max(longestPiece, piece.length)
    this.#longestPiece = longestPiece
  }

  encode(word: string): readonly number[] {
    return this.#cut(word)
  }

  explain(word: string): readonly PieceStory[] {
    const tried: string[][] = []
    const ids = this.#cut(word, tried)
    return ids.map((id, i) => ({ id, tried: tried[i]?.slice(-mostTried) ?? [] }))
  }

  /** The ids of a word's pieces; `tried` is filled with the longer pieces that were looked for in vain, piece by piece. */
  #cut(word: string, tried?: string[][]): number[] {
    if (word.length > this.#longest && [...word].length > this.#longest) return [this.#unknown]
    const ids: number[] = []
    for (let start = 0; start < word.length; ) {
      const missing: string[] = []
      let end = Math.min(word.length, start + this.#longestPiece)
      let id: number | undefined
      for (; end > start; end--) {
        const piece = start === 0 ? word.slice(0, end) : this.#prefix + word.slice(start, end)
        id = this.#vocab.get(piece)
        if (id !== undefined) break
        if (tried !== undefined && piece.isWellFormed()) missing.push(piece)
      }
      if (id === undefined) {
        tried?.splice(0, tried.length, missing)
        return [this.#unknown]
      }
      tried?.push(missing)
      ids.push(id)
      start = end
    }
    return ids
  }
}

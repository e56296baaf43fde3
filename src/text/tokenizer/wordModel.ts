// What cuts a word into pieces of the vocabulary. Byte pairs, word pieces, unigrams and whole words are four ways to do it.

/** The last stage of a tokenizer: from a word, as normalizer and pre-tokenizer leave it, to ids. */
export interface WordModel {
  /** The ids of the pieces of one word. */
  encode(word: string): readonly number[]
  /** The story of how the pieces came about, step by step, in words of this model; for people to read. */
  explain(word: string): readonly PieceStory[]
}

/** One piece of a word, and what made it. */
export interface PieceStory {
  readonly id: number
  /** Byte pairs: the merges that built this piece, in the order in which they were made. */
  readonly merges?: readonly Merge[]
  /** Word pieces: the pieces that were longer and that the vocabulary lacks, longest first. */
  readonly tried?: readonly string[]
  /** Unigrams: the logarithm of the piece's probability. */
  readonly score?: number
}

/** Two neighbours that became one. */
export interface Merge {
  readonly left: string
  readonly right: string
  /** Its number in the list of merges: the lower, the earlier it was learnt. */
  readonly rank: number
}

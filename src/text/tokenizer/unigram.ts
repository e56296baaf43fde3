// Unigrams: every piece has a probability, and of all ways to cut a word the one with the largest product is taken.
//
//   best pieces = argmax Σ log p(piece)   over all ways to put the word together from pieces
//
// Kudo 2018, "Subword regularization", section 3.2. The search is that of @huggingface/tokenizers; what is done with
// characters that no piece has is ours.

import type { ConfigFields } from '../configFields.ts'
import { kindOf } from '../json.ts'
import { byteIds } from './bytePairs.ts'
import { type Library, libraryUnigrams } from './library.ts'
import type { PieceStory, WordModel } from './wordModel.ts'

export class Unigram implements WordModel {
  readonly vocab: ReadonlyMap<string, number>
  readonly #scores: readonly number[]
  readonly #search: { tokenize(word: string): string[] }
  readonly #unknown: number | undefined
  readonly #fallsBackToBytes: boolean

  /** The model in a `tokenizer.json`. Throws when it is damaged. */
  constructor(config: ConfigFields, library: Library) {
    const { place } = config
    const vocab = config.get('vocab')
    const entries = Array.isArray(vocab) ? (vocab as unknown[]) : []
    for (const [id, entry] of entries.entries()) {
      const isEntry =
        Array.isArray(entry) &&
        typeof entry[0] === 'string' &&
        typeof entry[1] === 'number' &&
        Number.isFinite(entry[1])
      if (!isEntry)
        throw new Error(
          `${place}.vocab: entry ${id} is ${kindOf(entry)}, and should be a piece and its score. Save the tokenizer again.`,
        )
    }
    if (entries.length === 0)
      throw new Error(
        `${place}.vocab is ${kindOf(vocab)}, and should be a list of pieces and scores. Save the tokenizer again.`,
      )
    const pieces = entries as [string, number][]
    this.vocab = new Map(pieces.map(([piece], id) => [piece, id]))
    this.#scores = pieces.map(([, score]) => score)
    this.#unknown = config.has('unk_id') ? config.whole('unk_id', { least: 0, most: pieces.length - 1 }) : undefined
    this.#fallsBackToBytes = config.flag('byte_fallback', false)
    // The package changes the score of the unknown token in what it is given.
    const model = { type: 'Unigram', vocab: pieces.map(([piece, score]) => [piece, score]), unk_id: this.#unknown ?? 0 }
    this.#search = libraryUnigrams(library, model, place)
  }

  encode(word: string): readonly number[] {
    const ids: number[] = []
    let missing = ''
    const endMissing = (): void => {
      if (missing === '') return
      const bytes = this.#fallsBackToBytes ? byteIds(missing, this.vocab) : undefined
      if (bytes === undefined && this.#unknown === undefined) {
        throw new Error(
          `tokenizer: no piece of the vocabulary has ${JSON.stringify(missing)}, and there is no unknown token. Leave it out, or ` +
            'take another tokenizer.',
        )
      }
      for (const id of bytes ?? [this.#unknown as number]) ids.push(id)
      missing = ''
    }
    for (const piece of this.#search.tokenize(word)) {
      const id = this.vocab.get(piece)
      if (id === undefined) missing += piece
      else {
        endMissing()
        ids.push(id)
      }
    }
    endMissing()
    return ids
  }

  explain(word: string): readonly PieceStory[] {
    return this.encode(word).map((id) => ({ id, score: this.#scores[id] }))
  }
}

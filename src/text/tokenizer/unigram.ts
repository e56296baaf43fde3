// Unigrams: every piece has a probability, and of all ways to cut a word the one with the largest product is taken.
//
//   best pieces = argmax Σ log p(piece)   over all ways to put the word together from pieces
//
//   best[end] = max over the pieces that end there of best[where the piece begins] + log p(piece)
//
// Of ways that are equally likely the one that was found first is taken: from the left, short pieces before long ones.
//
// Kudo 2018, "Subword regularization", section 3.2; the search is Viterbi's.

import type { ConfigFields } from '../configFields.ts'
import { kindOf } from '../json.ts'
import { byteIds } from './bytePairs.ts'
import type { PieceStory, WordModel } from './wordModel.ts'

/** The nats by which a character that no piece has is less likely than the rarest piece. */
const unknownPenalty = 10

export class Unigram implements WordModel {
  /** Of pieces that stand there twice the later one. */
  readonly vocab: ReadonlyMap<string, number>
  readonly pieces: readonly (readonly [piece: string, id: number])[]
  readonly #scores: readonly number[]
  readonly #unknown: number | undefined
  readonly #unknownScore: number
  readonly #fallsBackToBytes: boolean
  readonly #trie: Trie

  /** The model in a `tokenizer.json`. Throws when it is damaged. */
  constructor(config: ConfigFields) {
    const pieces = piecesFrom(config)
    this.pieces = pieces.map(([piece], id) => [piece, id])
    this.vocab = new Map(this.pieces)
    this.#scores = pieces.map(([, score]) => score)
    this.#unknown = config.has('unk_id') ? config.whole('unk_id', { least: 0, most: pieces.length - 1 }) : undefined
    this.#unknownScore = this.#scores.reduce((least, score) => Math.min(least, score), Infinity) - unknownPenalty
    this.#fallsBackToBytes = config.flag('byte_fallback', false)
    this.#trie = trieOf(this.vocab)
  }

  encode(word: string): readonly number[] {
    const { begins, ids } = this.#search(word)
    /** Where each piece begins, from the last to the first; unknown characters in a row are one. */
    const starts: number[] = []
    let isAfterUnknown = false
    for (let end = word.length; end > 0; end = begins[end]) {
      const isUnknown = ids[end] === this.#unknown
      if (isUnknown && isAfterUnknown) starts.pop()
      starts.push(begins[end])
      isAfterUnknown = isUnknown
    }
    const found: number[] = []
    for (let i = starts.length - 1; i >= 0; i--) {
      const piece = word.slice(starts[i], i === 0 ? word.length : starts[i - 1])
      const id = this.vocab.get(piece)
      if (id !== undefined) found.push(id)
      else {
        const bytes = this.#fallsBackToBytes ? byteIds(piece, this.vocab) : undefined
        for (const id of bytes ?? [this.#unknown as number]) found.push(id)
      }
    }
    return found
  }

  explain(word: string): readonly PieceStory[] {
    return this.encode(word).map((id) => ({ id, score: this.#scores[id] }))
  }

  /** For each place of a word: the last piece of the best way to it, and where that begins. */
  #search(word: string): { readonly begins: Int32Array; readonly ids: Int32Array } {
    const begins = new Int32Array(word.length + 1).fill(-1)
    const ids = new Int32Array(word.length + 1)
    const best = new Float64Array(word.length + 1)
    const offer = (start: number, end: number, id: number | undefined, score: number): void => {
      const total = score + best[start]
      if (begins[end] >= 0 && total <= best[end]) return
      best[end] = total
      begins[end] = start
      ids[end] = id ?? this.#noUnknown(word.slice(start, end))
    }
    for (let start = 0; start < word.length; ) {
      const next = start + ((word.codePointAt(start) as number) > 0xffff ? 2 : 1)
      let hasOne = false
      let node: Trie | undefined = this.#trie
      for (let end = start; end < word.length; ) {
        node = node.next?.get(word.charCodeAt(end++))
        if (node === undefined) break
        if (node.id === undefined) continue
        offer(start, end, node.id, this.#scores[node.id])
        hasOne ||= end === next
      }
      if (!hasOne) offer(start, next, this.#unknown, this.#unknownScore)
      start = next
    }
    return { begins, ids }
  }

  #noUnknown(character: string): never {
    throw new Error(
      `tokenizer: no piece of the vocabulary has ${JSON.stringify(character)}, and there is no unknown token. Leave it out, or ` +
        'take another tokenizer.',
    )
  }
}

function piecesFrom(config: ConfigFields): readonly (readonly [piece: string, score: number])[] {
  const { place } = config
  const vocab = config.get('vocab')
  const entries = Array.isArray(vocab) ? (vocab as unknown[]) : []
  for (const [id, entry] of entries.entries()) {
    const isEntry =
      Array.isArray(entry) && typeof entry[0] === 'string' && typeof entry[1] === 'number' && Number.isFinite(entry[1])
    if (!isEntry)
      throw new Error(
        `${place}.vocab: entry ${id} is ${kindOf(entry)}, and should be a piece and its score. Save the tokenizer again.`,
      )
  }
  if (entries.length === 0)
    throw new Error(
      `${place}.vocab is ${kindOf(vocab)}, and should be a list of pieces and scores. Save the tokenizer again.`,
    )
  return entries as [string, number][]
}

/** The pieces that begin with the same characters, character by character (of UTF-16). */
interface Trie {
  id?: number
  next?: Map<number, Trie>
}

function trieOf(vocab: ReadonlyMap<string, number>): Trie {
  const root: Trie = {}
  for (const [piece, id] of vocab) {
    let node = root
    for (let i = 0; i < piece.length; i++) {
      node.next ??= new Map()
      const unit = piece.charCodeAt(i)
      const next = node.next.get(unit) ?? {}
      node.next.set(unit, next)
      node = next
    }
    if (piece !== '') node.id = id
  }
  return root
}

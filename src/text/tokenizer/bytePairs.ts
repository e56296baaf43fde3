// Byte pairs: a word begins as single characters; of all neighbours that the list of merges names, those that were learnt
// first become one, again and again, until no two neighbours stand in the list.
//
//   l o w e s t   →   l o w es t   →   l o w est   →   lo w est   →   low est
//
// Sennrich, Haddow and Birch 2016, "Neural machine translation of rare words with subword units", algorithm 1.

import type { Merge, PieceStory, WordModel } from './wordModel.ts'

export interface BytePairOptions {
  /** The ids of the pieces. */
  readonly vocab: ReadonlyMap<string, number>
  /** The pairs that become one, in the order in which they were learnt. */
  readonly merges: readonly (readonly [left: string, right: string])[]
  /** Stands for a character that the vocabulary lacks; without it such characters are passed over. */
  readonly unknown?: string
  /** True where several unknown characters in a row are one unknown token. */
  readonly fusesUnknown?: boolean
  /** True where a character that the vocabulary lacks is written as its bytes: `<0xE2>`. */
  readonly fallsBackToBytes?: boolean
  /** True where a word that is a piece is taken whole, whatever the merges say. */
  readonly takesWholeWords?: boolean
  /** The mark before every piece but a word's first: `##`. */
  readonly prefix?: string
  /** The mark after a word's last piece: `</w>`. */
  readonly suffix?: string
}

/** Half of the numbers that a double holds exactly: a pair of ids is one number. */
const idLimit = 2 ** 26
/** Places in a word are below this: a rank and a place are one number, and the smallest is the merge to be made. */
const placeLimit = 2 ** 22

/** The merge of a pair of ids: its rank and the id of the piece that it makes. */
interface Rule {
  readonly rank: number
  readonly id: number
}

export class BytePairs implements WordModel {
  readonly #options: BytePairOptions
  readonly #rules = new Map<number, Rule>()
  readonly #pieces = new Map<number, string>()

  /** Throws when a merge names or makes a piece that the vocabulary lacks; `place` is the name of the file. */
  constructor(options: BytePairOptions, place = 'tokenizer') {
    this.#options = options
    const { vocab, merges, prefix = '' } = options
    for (const [piece, id] of vocab) this.#pieces.set(id, piece)
    for (const [rank, [left, right]] of merges.entries()) {
      const made = left + (prefix !== '' && right.startsWith(prefix) ? right.slice(prefix.length) : right)
      const [a, b, id] = [left, right, made].map((piece) => vocab.get(piece))
      if (a === undefined || b === undefined || id === undefined) {
        const missing = [left, right, made].find((piece) => !vocab.has(piece)) as string
        throw new Error(
          `${place}: merge ${rank} (${JSON.stringify(left)} and ${JSON.stringify(right)}) needs the piece ` +
            `${JSON.stringify(missing)}, which the vocabulary lacks. The file may be damaged; save the tokenizer again.`,
        )
      }
      this.#rules.set(a * idLimit + b, { rank, id })
    }
  }

  encode(word: string): readonly number[] {
    const whole = this.#whole(word)
    return whole === undefined ? this.#merge(this.#start(word)) : [whole]
  }

  explain(word: string): readonly PieceStory[] {
    const whole = this.#whole(word)
    if (whole !== undefined) return [{ id: whole, merges: [] }]
    const start = this.#start(word)
    const made: { place: number; merge: Merge }[] = []
    const ends: number[] = []
    const ids = this.#merge(
      start,
      (place, left, right, rank) => {
        const merge = { left: this.#piece(left), right: this.#piece(right), rank }
        made.push({ place, merge })
      },
      ends,
    )
    const stories = ids.map((id) => ({ id, merges: [] as Merge[] }))
    const storyAt: number[] = []
    for (const [i, end] of ends.entries()) while (storyAt.length < end) storyAt.push(i)
    for (const { place, merge } of made) stories[storyAt[place]].merges.push(merge)
    return stories
  }

  #piece(id: number): string {
    return this.#pieces.get(id) ?? ''
  }

  #whole(word: string): number | undefined {
    return this.#options.takesWholeWords ? this.#options.vocab.get(word) : undefined
  }

  /** The ids of a word's characters. */
  #start(word: string): number[] {
    const { vocab, prefix = '', suffix = '', unknown, fusesUnknown = false, fallsBackToBytes = false } = this.#options
    const unknownId = unknown === undefined ? undefined : vocab.get(unknown)
    const ids: number[] = []
    // As in Python an unknown character waits for the next that is known, and those that are written as bytes go before it.
    let isWaiting = false
    const endWaiting = (): void => {
      if (isWaiting && unknownId !== undefined) ids.push(unknownId)
      isWaiting = false
    }
    for (let i = 0; i < word.length; ) {
      const character = String.fromCodePoint(word.codePointAt(i) as number)
      const next = i + character.length
      const piece = (i === 0 ? '' : prefix) + character + (next === word.length ? suffix : '')
      i = next
      const id = vocab.get(piece)
      if (id !== undefined) {
        endWaiting()
        ids.push(id)
        continue
      }
      const bytes = fallsBackToBytes ? byteIds(piece, vocab) : undefined
      if (bytes !== undefined) for (const id of bytes) ids.push(id)
      else {
        if (unknown !== undefined && unknownId === undefined)
          throw new Error(
            `tokenizer: the vocabulary has no ${JSON.stringify(piece)}, nor the token ${JSON.stringify(unknown)} for what it ` +
              'lacks. Leave the character out, or take another tokenizer.',
          )
        if (!fusesUnknown) endWaiting()
        isWaiting = true
      }
    }
    endWaiting()
    return ids
  }

  /**
   * Makes all merges, the one of the lowest rank first, of equal ones the leftmost. Pieces are a linked list over the places
   * of the characters; the merges that may be made wait in a heap, and one whose pieces are gone is passed over.
   *
   * - `ends` is filled with where each piece ends
   */
  #merge(
    ids: number[],
    made?: (place: number, left: number, right: number, rank: number) => void,
    ends?: number[],
  ): number[] {
    const count = ids.length
    if (count > placeLimit) throw new Error(`tokenizer: a word has ${count} characters. Cut it into shorter ones.`)
    const next = Array.from({ length: count }, (_, place) => place + 1)
    const before = Array.from({ length: count }, (_, place) => place - 1)
    const waiting: number[] = []
    const wait = (place: number): void => {
      const right = next[place]
      if (place < 0 || right >= count) return
      const rule = this.#rules.get(ids[place] * idLimit + ids[right])
      if (rule !== undefined) push(waiting, rule.rank * placeLimit + place)
    }
    for (let place = 0; place + 1 < count; place++) wait(place)
    while (waiting.length > 0) {
      const first = pop(waiting)
      const place = first % placeLimit
      const right = next[place]
      if (ids[place] < 0 || right >= count) continue
      const rule = this.#rules.get(ids[place] * idLimit + ids[right])
      if (rule === undefined || rule.rank !== Math.floor(first / placeLimit)) continue
      made?.(place, ids[place], ids[right], rule.rank)
      ids[place] = rule.id
      ids[right] = -1
      next[place] = next[right]
      if (next[place] < count) before[next[place]] = place
      wait(before[place])
      wait(place)
    }
    const pieces: number[] = []
    for (let place = 0; place < count; place = next[place]) {
      pieces.push(ids[place])
      ends?.push(next[place])
    }
    return pieces
  }
}

/** The ids of `<0x…>` for each byte of a text; undefined unless the vocabulary has them all. */
export function byteIds(text: string, vocab: ReadonlyMap<string, number>): number[] | undefined {
  const ids: number[] = []
  for (const byte of new TextEncoder().encode(text)) {
    const id = vocab.get(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
    if (id === undefined) return undefined
    ids.push(id)
  }
  return ids
}

/** Puts a number into a heap: none is smaller than its parent, which is at half its place. */
function push(heap: number[], value: number): void {
  let place = heap.length
  heap.push(value)
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (heap[parent] <= value) break
    heap[place] = heap[parent]
    place = parent
  }
  heap[place] = value
}

/** Takes the smallest number out. */
function pop(heap: number[]): number {
  const smallest = heap[0]
  const value = heap.pop() as number
  if (heap.length === 0) return smallest
  let place = 0
  for (let child = 1; child < heap.length; child = 2 * place + 1) {
    if (child + 1 < heap.length && heap[child + 1] < heap[child]) child++
    if (heap[child] >= value) break
    heap[place] = heap[child]
    place = child
  }
  heap[place] = value
  return smallest
}

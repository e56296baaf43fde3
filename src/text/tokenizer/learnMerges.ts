// Learning which neighbours become one: the pair that stands most often in the text is merged everywhere, again and again.
//
//   counts of pairs   e s: 9   l o: 7   …   →   merge 0: e s   →   counts change only where "e s" stood   →   merge 1: es t   …
//
// Pairs wait in a heap. A count in it may be too high by now; when such a pair comes to the top, it is put back with what it
// counts now. Only words that hold the merged pair are looked at, so a merge costs as much as it changes.
//
// Sennrich, Haddow and Birch 2016, algorithm 1; in order and in ties this does what the trainer of Python's `tokenizers` does:
// of equal counts the pair of lower ids comes first.

export interface LearnOptions {
  /** The words of the text, as ids of the first pieces, and how often each stands in it. */
  readonly words: readonly { readonly ids: readonly number[]; readonly count: number }[]
  /** The pieces before any merge: special tokens, and the characters. */
  readonly pieces: readonly string[]
  /** The number of pieces that there may be in the end. */
  readonly size: number
  /** The mark that pieces inside a word begin with; a merged piece has it once. */
  readonly prefix?: string
}

export interface LearntMerges {
  /** All pieces, by id; fewer than asked for where no two neighbours are left. */
  readonly pieces: readonly string[]
  /** The pairs that became one, in order. */
  readonly merges: readonly (readonly [left: string, right: string])[]
}

/** A pair in the heap. */
interface Waiting {
  readonly pair: number
  readonly count: number
  /** The words in which it was found when it was put there. */
  readonly words: readonly number[]
}

export function learnMerges({ words, pieces: first, size, prefix = '' }: LearnOptions): LearntMerges {
  const pieces = [...first]
  const idOf = new Map(pieces.map((piece, id) => [piece, id]))
  // A pair is one number, and the order of these numbers is that of the pairs.
  const limit = Math.max(size, first.length) + 1
  const { ids, starts, lengths } = laidOut(words)
  const counts = new Map<number, number>()
  const heap: Waiting[] = []
  const merges = new Map<number, readonly [string, string]>()

  /** Pairs that became more frequent, and in which words; they are put into the heap together. */
  const found = new Map<number, number[]>()
  const change = (left: number, right: number, by: number, word: number): void => {
    const pair = left * limit + right
    counts.set(pair, (counts.get(pair) ?? 0) + by)
    if (by < 0) return
    const places = found.get(pair)
    if (places === undefined) found.set(pair, [word])
    else if (places[places.length - 1] !== word) places.push(word)
  }
  const waitForFound = (): void => {
    for (const [pair, words] of found) {
      const count = counts.get(pair) as number
      if (count > 0) push(heap, { pair, count, words })
    }
    found.clear()
  }

  for (const [word, { count }] of words.entries()) {
    const end = starts[word] + lengths[word]
    for (let i = starts[word]; i + 1 < end; i++) change(ids[i], ids[i + 1], count, word)
  }
  waitForFound()

  while (pieces.length < size && heap.length > 0) {
    const top = pop(heap)
    const count = counts.get(top.pair) as number
    if (count !== top.count) {
      push(heap, { ...top, count })
      continue
    }
    if (count < 1) break
    const left = Math.floor(top.pair / limit)
    const right = top.pair % limit
    const second = pieces[right]
    const piece = pieces[left] + (second.startsWith(prefix) ? second.slice(prefix.length) : second)
    const id = idOf.get(piece) ?? pieces.length
    if (id === pieces.length) {
      pieces.push(piece)
      idOf.set(piece, id)
    }
    // A pair can be merged a second time, in other words, where its piece was there already; its last place counts.
    merges.delete(top.pair)
    merges.set(top.pair, [pieces[left], second])
    for (const word of top.words) {
      const start = starts[word]
      const end = start + lengths[word]
      const by = words[word].count
      let to = start
      for (let i = start; i < end; i++) {
        if (ids[i] !== left || i + 1 >= end || ids[i + 1] !== right) {
          ids[to++] = ids[i]
          continue
        }
        if (to > start) {
          change(ids[to - 1], left, -by, word)
          change(ids[to - 1], id, by, word)
        }
        if (i + 2 < end) {
          change(right, ids[i + 2], -by, word)
          change(id, ids[i + 2], by, word)
        }
        ids[to++] = id
        i++
      }
      lengths[word] = to - start
    }
    waitForFound()
  }
  return { pieces, merges: [...merges.values()] }
}

/** All words in one array, one after the other. */
function laidOut(words: LearnOptions['words']): { ids: Int32Array; starts: Int32Array; lengths: Int32Array } {
  const lengths = Int32Array.from(words, ({ ids }) => ids.length)
  const starts = new Int32Array(words.length)
  for (let word = 1; word < words.length; word++) starts[word] = starts[word - 1] + lengths[word - 1]
  const ids = new Int32Array(words.reduce((sum, { ids }) => sum + ids.length, 0))
  for (const [word, { ids: own }] of words.entries()) ids.set(own, starts[word])
  return { ids, starts, lengths }
}

const isBefore = (a: Waiting, b: Waiting): boolean => a.count > b.count || (a.count === b.count && a.pair < b.pair)

function push(heap: Waiting[], added: Waiting): void {
  let place = heap.length
  heap.push(added)
  while (place > 0) {
    const parent = (place - 1) >> 1
    if (!isBefore(added, heap[parent])) break
    heap[place] = heap[parent]
    place = parent
  }
  heap[place] = added
}

function pop(heap: Waiting[]): Waiting {
  const top = heap[0]
  const moved = heap.pop() as Waiting
  if (heap.length === 0) return top
  let place = 0
  for (let child = 1; child < heap.length; child = 2 * place + 1) {
    if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
    if (!isBefore(heap[child], moved)) break
    heap[place] = heap[child]
    place = child
  }
  heap[place] = moved
  return top
}

// Batches of words and the words beside them, for skip-gram (evaluate/pairLoss.ts).
//
// As word2vec does it: a word that makes up the share f of a text stays with the probability √(t/f) + t/f, for a share t that is called
// `sample`; the words that stay move together; each looks at 1 … `window` words on either side, all alike likely; and others are drawn with
// the chance count^0.75. Mikolov et al. 2013, sections 2.2 and 2.3, and the program word2vec.c (whose formula for the first differs from the
// paper's; gensim has the program's).
//
// An epoch is cut into steps where equally many words are expected to stay. So every word is read once in an epoch, a step's batch is a
// function of the seed and of its number, and batches have one shape; a few places stay empty.

import { shuffled, uniforms } from '../text/random.ts'
import { type Batch, type Batches, checkWhole, spread } from './batch.ts'
import type { WordStream } from './wordStream.ts'

export interface WordBatchesOptions {
  /** The number of times that each word stands in the text that is learnt from. */
  readonly counts: ArrayLike<number>
  readonly window: number
  readonly sample: number
  /** The pieces of a batch, the words of each, and the words drawn for each. */
  readonly batch: number
  readonly position: number
  readonly drawn: number
  readonly seed: number
}

/** Throws where no word has another beside it. */
export function wordBatches(words: WordStream, options: WordBatchesOptions): Batches {
  const { window, batch, position, drawn, seed } = options
  for (const name of ['window', 'batch', 'position', 'drawn'] as const) checkWhole(name, options[name], 1)
  checkWhole('seed', seed, 0)
  const stays = stayingShares(options)
  const draw = drawer(options.counts)
  const bounds = stepsOf(words, stays, batch * position)
  const steps = bounds.length - 1
  const sizes = { batch, position }
  const width = position + 2 * window + drawn

  const collect = (step: number, epoch: number): Batch => {
    const cells = batch * position
    const next = uniforms(seed, epoch, step)
    const { count, ids, begins, ends } = keptWords(
      words,
      bounds[step],
      bounds[step + 1],
      cells,
      (id) => next() < stays[id],
    )
    const [before, after] = [new Float32Array(cells), new Float32Array(cells)]
    for (let i = 0; i < count; i++) {
      const reach = 1 + Math.floor(window * next())
      before[i] = Math.min(reach, i - begins[i])
      after[i] = Math.min(reach, ends[i] - i)
    }
    const others = new Int32Array(batch * width).fill(-1)
    for (let piece = 0; piece < batch; piece++) {
      const from = piece * position - window
      const first = Math.max(0, from)
      others.set(ids.subarray(first, from + width - drawn), piece * width + first - from)
      for (let i = (piece + 1) * width - drawn; i < (piece + 1) * width; i++) others[i] = draw(next())
    }
    return { sizes, inputs: { ids, others, before, after } }
  }

  return {
    shapes: [sizes],
    axes: {
      ids: ['batch', 'position'],
      others: ['batch', 'other'],
      before: ['batch', 'position'],
      after: ['batch', 'position'],
    },
    stepsPerEpoch: steps,
    at(step) {
      checkWhole('step', step, 0)
      const epoch = Math.floor(step / steps)
      return collect(shuffled(step % steps, steps, seed, epoch), epoch)
    },
    *evaluation(atMost = steps) {
      checkWhole('atMost', atMost, 1)
      for (const step of spread(steps, Math.min(steps, atMost))) yield collect(step, -1)
    },
  }
}

interface Kept {
  readonly count: number
  readonly ids: Int32Array
  /** The first and the last of the paragraph of each, among those that stay. */
  readonly begins: Int32Array
  readonly ends: Int32Array
}

/** The words of a part of the text that stay, so many at most. */
function keptWords(words: WordStream, from: number, to: number, atMost: number, stays: (id: number) => boolean): Kept {
  const [ids, begins, ends] = Array.from({ length: 3 }, () => new Int32Array(atMost).fill(-1))
  let count = 0
  let begin = 0
  const endParagraph = (): void => {
    ends.fill(count - 1, begin, count)
    begin = count
  }
  for (let at = from; at < to && count < atMost; at++) {
    const id = words[at]
    if (id < 0) endParagraph()
    else if (stays(id)) {
      ids[count] = id
      begins[count++] = begin
    }
  }
  endParagraph()
  return { count, ids, begins, ends }
}

/** The probability with which each word stays. */
function stayingShares({ counts, sample }: Pick<WordBatchesOptions, 'counts' | 'sample'>): Float64Array {
  const all = Array.from(counts).reduce((sum, count) => sum + count, 0)
  return Float64Array.from(counts, (count) => {
    const share = (sample * all) / count
    return sample === 0 || count === 0 ? 1 : Math.min(1, Math.sqrt(share) + share)
  })
}

/**
 * Where the steps of an epoch begin, and where the last ends: as many words are in each as are expected to fit, with four standard
 * deviations to spare. (Once in some ten thousand steps a word or two do not, and are passed over.)
 */
function stepsOf(words: WordStream, stays: Float64Array, room: number): number[] {
  const begins = [0]
  let [expected, variance] = [0, 0]
  for (const [at, id] of words.entries()) {
    if (id < 0) continue
    const stay = stays[id]
    if (expected + stay + 4 * Math.sqrt(variance + stay * (1 - stay)) > room && expected > 0) {
      begins.push(at)
      expected = variance = 0
    }
    expected += stay
    variance += stay * (1 - stay)
  }
  begins.push(words.length)
  return begins
}

/** A word drawn with the chance count^0.75, by a uniform number. */
function drawer(counts: ArrayLike<number>): (uniform: number) => number {
  const sums = Float64Array.from(counts)
  let sum = 0
  for (let i = 0; i < sums.length; i++) sums[i] = sum += sums[i] ** 0.75
  return (uniform) => {
    const wanted = uniform * sum
    let [low, high] = [0, sums.length - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle] > wanted) high = middle
      else low = middle + 1
    }
    return low
  }
}

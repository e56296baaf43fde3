// Sampling: from the logits of one position to the next token.
//
//   p = softmax(logits / temperature)      of these, one after the other, only are kept
//   top-h      of the 100 likeliest, those that together hold the share h of the entropy
//   top-k      the k likeliest tokens
//   top-p      the fewest likeliest that together reach the share p of what is left
//   min-p      those that are at least min-p times as likely as the likeliest
//   typical-p  the fewest that together reach this share, those first whose surprise is nearest to the entropy
//   epsilon    those that are at least so likely
//   eta        those that are at least as likely as min(eta, √eta · e^−entropy)
//
// Temperature: Ackley, Hinton, Sejnowski 1985; top-k: Fan, Lewis, Dauphin 2018; top-p ("nucleus"): Holtzman et al. 2020;
// min-p: Nguyen et al. 2024; typical-p: Meister et al. 2022; epsilon and eta: Hewitt, Manning, Liang 2022; top-h: Potraghloo et
// al. 2025. Order and meaning are those of Hugging Face's `generate`.
//
// The first four keep a beginning of the tokens in order of likelihood. So only that beginning is ever sorted, by a heap; the
// others look at what these leave. What goes by entropy or asks for a certain probability few programs use: it is loaded then
// (typical.ts).

import * as elementary from '../tensor/elementary.ts'
import { randomKey, uniform } from '../tensor/random.ts'
import type { TypicalConditions } from './typical.ts'

export interface SampleSettings {
  /** The divisor of the logits: below 1 the likely gets likelier, above 1 the unlikely; 0 takes the likeliest, always. */
  readonly temperature?: number
  /** 0 for all. */
  readonly topK?: number
  /** 1 for all. */
  readonly topP?: number
  /** 0 for all. */
  readonly minP?: number
  /** 1 for all. */
  readonly topH?: number | undefined
  /** 1 for all. */
  readonly typicalP?: number | undefined
  /** 0 for all. */
  readonly epsilon?: number | undefined
  /** 0 for all. */
  readonly eta?: number | undefined
  /** A whole number from 0; equal seeds draw equally. */
  readonly seed?: number
}

/**
 * Draws a token; `draw` counts the draws of a text, `row` the texts. What is drawn depends on nothing but the seed, these two
 * and the logits.
 */
export type Sampler = (logits: ArrayLike<number>, draw: number, row?: number) => number

/** A sampler with these settings. It keeps its memory from draw to draw. Throws for settings that mean nothing. */
export async function sampler(settings: SampleSettings = {}): Promise<Sampler> {
  const {
    temperature = 1,
    topK = 0,
    topP = 1,
    minP = 0,
    topH = 1,
    typicalP = 1,
    epsilon = 0,
    eta = 0,
    seed = 0,
  } = settings
  checkSampling({ temperature, topK, topP, minP, seed })
  const conditions = { topK, topP, minP, topH, typicalP, epsilon, eta }
  const isTypical = topH !== 1 || typicalP !== 1 || epsilon !== 0 || eta !== 0
  const typical = isTypical ? await import('./typical.ts') : undefined
  typical?.checkConditions(conditions)
  if (temperature === 0) return likeliest
  const key = randomKey('sample', seed)
  const isPartial = topK > 0 || topP < 1 || minP > 0 || isTypical
  let candidates = new Candidates(0)
  return (logits, draw, row = 0) => {
    if (candidates.count !== logits.length) candidates = new Candidates(logits.length)
    const share = uniform(key, draw, row)
    candidates.choose(logits, topH < 1 ? 0 : topK)
    candidates.weigh(logits, temperature)
    return isPartial ? candidates.drawFromLikeliest(share, conditions, typical) : candidates.drawFromAll(share)
  }
}

/** The token with the largest logit; of several, the first. */
export function likeliest(logits: ArrayLike<number>): number {
  let best = 0
  let largest = logits[0]
  // One comparison for nearly all of them, which are many.
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]
    if (logit <= largest) continue
    if (Number.isNaN(logit)) throw new Error(`sample: logit ${id} is NaN. The weights may be damaged.`)
    best = id
    largest = logit
  }
  return best
}

/** ln p of a token under softmax(logits). */
export function logProbability(logits: ArrayLike<number>, id: number): number {
  const largest = logits[likeliest(logits)]
  let sum = 0
  for (let i = 0; i < logits.length; i++) sum += elementary.expOf(logits[i] - largest)
  return logits[id] - largest - elementary.logOf(sum)
}

/** Up to so many of the likeliest are found by putting them in order one by one; more by a heap of all. */
const mostInOrder = 256

/** The tokens that may be drawn, with their weights: shares that are not yet divided by their sum. */
export class Candidates {
  /** The number of tokens, and of those that may be drawn. */
  readonly #count: number
  #size = 0
  /** By token. */
  readonly #weights: Float64Array
  /** A heap, the likeliest first, and behind it, from the end backwards, what was taken from it: the likeliest last. */
  readonly #ids: Int32Array
  #heapSize = 0
  #sum = 0

  constructor(count: number) {
    this.#count = count
    this.#weights = new Float64Array(count)
    this.#ids = new Int32Array(count)
  }

  get count(): number {
    return this.#count
  }

  /** All tokens, or the few likeliest and those that are as likely as the last of them. */
  choose(logits: ArrayLike<number>, topK: number): void {
    const isFew = topK > 0 && topK <= mostInOrder && topK < this.#count
    const least = isFew ? largestOf(logits, topK) : -Infinity
    this.#size = 0
    for (let id = 0; id < this.#count; id++) if (!(logits[id] < least)) this.#ids[this.#size++] = id
  }

  /** The weights e^((logit − largest) / temperature). */
  weigh(logits: ArrayLike<number>, temperature: number): void {
    const largest = logits[likeliest(logits)]
    this.#sum = 0
    for (let at = 0; at < this.#size; at++) {
      const id = this.#ids[at]
      this.#weights[id] = elementary.expOf((logits[id] - largest) / temperature)
      this.#sum += this.#weights[id]
    }
    if (!(this.#sum > 0)) throw new Error('sample: the logits are infinite. The weights may be damaged.')
  }

  /** The token at which the weights, added up in order of the ids, pass this share of their sum. */
  drawFromAll(share: number): number {
    let rest = share * this.#sum
    let id = 0
    while (id < this.#count - 1 && (rest -= this.#weights[id]) >= 0) id++
    return id
  }

  /** As `drawFromAll`, from the tokens that the conditions leave, in order of likelihood. */
  drawFromLikeliest(share: number, conditions: Conditions, typical: Typical | undefined): number {
    const { kept, sum } = this.keep(conditions, typical)
    if (typical?.narrows(conditions)) {
      const weights = Array.from({ length: kept }, (_, rank) => this.weight(rank))
      return this.token(typical.drawn(weights, conditions, share))
    }
    let rest = share * sum
    let rank = 0
    while (rank < kept - 1 && (rest -= this.weight(rank)) >= 0) rank++
    return this.token(rank)
  }

  /** The number of the likeliest that the conditions leave, and the sum of their weights. */
  keep(
    { topK, topP, minP, topH }: Conditions,
    typical: Typical | undefined,
  ): { readonly kept: number; readonly sum: number } {
    this.#heapUp()
    let most = this.#size
    let sum = this.#sum
    if (typical && topH < 1) {
      const first = Array.from({ length: Math.min(typical.mostForEntropy, most) }, (_, rank) => this.weight(rank))
      most = typical.countOfEntropy(first, topH)
      sum = first.slice(0, most).reduce((sum, weight) => sum + weight, 0)
    }
    if (topK > 0 && topK < most) {
      sum = 0
      for (most = 0; most < topK; most++) sum += this.weight(most)
      // Those that are as likely as the last stay too, as in Hugging Face's.
      for (; most < this.#size && this.weight(most) === this.weight(most - 1); most++) sum += this.weight(most)
    }
    let kept = 0
    let keptSum = 0
    for (; kept < most; kept++) {
      const weight = this.weight(kept)
      const isReached = topP < 1 && keptSum >= topP * sum
      if (kept > 0 && (isReached || weight < minP * this.weight(0))) break
      keptSum += weight
    }
    return { kept, sum: keptSum }
  }

  /** The weight of the token that is number `rank` in order of likelihood. */
  weight(rank: number): number {
    return this.#weights[this.token(rank)]
  }

  /** The token that is number `rank` in order of likelihood; of equals, the lower id comes first. */
  token(rank: number): number {
    const ids = this.#ids
    while (this.#size - this.#heapSize <= rank) {
      const last = --this.#heapSize
      const top = ids[0]
      ids[0] = ids[last]
      ids[last] = top
      this.#sink(0)
    }
    return ids[this.#size - 1 - rank]
  }

  #heapUp(): void {
    this.#heapSize = this.#size
    for (let at = (this.#size >> 1) - 1; at >= 0; at--) this.#sink(at)
  }

  /** Lets the id at one place of the heap sink below all that are likelier. */
  #sink(at: number): void {
    const ids = this.#ids
    const id = ids[at]
    for (let child = 2 * at + 1; child < this.#heapSize; child = 2 * at + 1) {
      if (child + 1 < this.#heapSize && this.#isBefore(ids[child + 1], ids[child])) child++
      if (!this.#isBefore(ids[child], id)) break
      ids[at] = ids[child]
      at = child
    }
    ids[at] = id
  }

  #isBefore(a: number, b: number): boolean {
    const difference = this.#weights[a] - this.#weights[b]
    return difference > 0 || (difference === 0 && a < b)
  }
}

/** The number that is number `rank` of the largest, counted from 1. */
function largestOf(numbers: ArrayLike<number>, rank: number): number {
  const best = new Float64Array(rank).fill(-Infinity)
  let least = -Infinity
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i]
    if (!(number > least)) continue
    let at = rank - 1
    for (; at > 0 && best[at - 1] < number; at--) best[at] = best[at - 1]
    best[at] = number
    least = best[rank - 1]
  }
  return least
}

type Typical = typeof import('./typical.ts')
type Checked = Required<Pick<SampleSettings, 'temperature' | 'topK' | 'topP' | 'minP' | 'seed'>>
type Conditions = Pick<Checked, 'topK' | 'topP' | 'minP'> & TypicalConditions

/** Throws for settings that mean nothing. */
export function checkSampling({ temperature, topK, topP, minP, seed }: Checked): void {
  const problem = !(temperature >= 0 && temperature < Infinity)
    ? `temperature is ${temperature}; it must be a number, at least 0`
    : !(Number.isSafeInteger(topK) && topK >= 0)
      ? `topK is ${topK}; it must be a whole number; 0 keeps all`
      : !(topP > 0 && topP <= 1)
        ? `topP is ${topP}; it must be above 0 and at most 1, which keeps all`
        : !(minP >= 0 && minP <= 1)
          ? `minP is ${minP}; it must be from 0, which keeps all, to 1`
          : !(Number.isSafeInteger(seed) && seed >= 0)
            ? `seed is ${seed}; it must be a whole number, at least 0`
            : undefined
  if (problem) throw new Error(`sample: ${problem}.`)
}

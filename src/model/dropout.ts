// Dropout: training sets some numbers to 0, so that no part relies on any one other. Srivastava et al. 2014.
//
// Vaswani et al. 2017, section 5.4, drop what parts add to the residual stream, and embeddings; BERT and GPT-2 also
// shares of attention, others what the MLP holds inside.

import { dropout } from '../tensor/definitions.ts'
import type { Tensor } from '../tensor/node.ts'
import { pathHere } from '../tensor/pass.ts'

/** The share of numbers that is dropped, for each kind of them; 0 for those not named. */
export interface DropRates {
  /** Of what goes into the first block. */
  readonly embedding?: number
  /** Of what a part adds to the stream. */
  readonly residual?: number
  /** Of what attention looks at. */
  readonly pattern?: number
  /** Of what the MLP holds inside. */
  readonly hidden?: number
}

/** One rate for embeddings, what is added to the stream, and patterns, or one for each kind. */
export function dropRates(rates: number | DropRates = 0): DropRates {
  return typeof rates === 'number' ? { embedding: rates, residual: rates, pattern: rates } : rates
}

/** The names of the random numbers, which decide what is hit; they stay what they were, so that runs go on to the same bits. */
const drawnAs = { embedding: 'embedding', residual: 'answer', pattern: 'pattern', hidden: 'hidden' } as const

/** Drops what the rates say in training, and nothing outside of it. */
export class Dropout {
  readonly #rates: DropRates
  readonly #step: Tensor<never> | undefined

  /** `step`: the number of the training step, on which it depends what is hit; without it nothing is. */
  constructor(rates: DropRates = {}, step?: Tensor<never>) {
    this.#rates = rates
    this.#step = step
  }

  /** True if anything of this kind is dropped. */
  has(kind: keyof DropRates): boolean {
    return this.#step !== undefined && (this.#rates[kind] ?? 0) > 0
  }

  /** x, dropped out; what is hit differs from part to part. */
  apply<A extends string>(kind: keyof DropRates, x: Tensor<A>, part: object): Tensor<A> {
    const rate = this.#rates[kind] ?? 0
    if (!this.#step || rate === 0) return x
    return dropout(x, { rate, name: `${pathHere(part)}/${drawnAs[kind]}`, step: this.#step })
  }
}

/** Outside of training. */
export const noDropout = new Dropout()

/** Throws unless every rate is a share below 1. */
export function checkDropRates(place: string, rates: number | DropRates | undefined): void {
  for (const [kind, rate] of Object.entries(typeof rates === 'number' ? { dropout: rates } : (rates ?? {})))
    if (!(rate >= 0 && rate < 1)) throw new Error(`${place}: ${kind} is ${rate}; it must be at least 0 and below 1.`)
}

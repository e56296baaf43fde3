// Choices by chance, from a seed: the same seed makes the same choices on every machine.

import { randomBelow } from '../../src/text/random.ts'

export class Random {
  readonly #seed: number
  #drawn = 0

  constructor(seed: number) {
    this.#seed = seed
  }

  /** A whole number from 0 to `count` − 1. */
  below(count: number): number {
    return randomBelow(count, this.#seed, 0, this.#drawn++)
  }

  /** Yes, so many times of a hundred. */
  percent(share: number): boolean {
    return this.below(100) < share
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]
  }
}

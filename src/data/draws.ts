// A little stream of random numbers for one thing: the mask of one sentence, one example of a task.
//
// A stream is named by whole numbers (a seed, an epoch, the number of an example); equal names give equal streams, and
// streams of different names have nothing to do with one another, so that any example can be made without the others.

import { threefry } from '../text/random.ts'

export class Draws {
  readonly #key: readonly [number, number]
  #count = 0

  /**
   * - `seed`: a whole number from 0 to 2^53 − 1
   * - `names`: whole numbers that name the stream; of each the lower 32 bits count
   */
  constructor(seed: number, ...names: readonly number[]) {
    let key: readonly [number, number] = [seed, Math.floor(seed / 2 ** 32)]
    for (const [place, name] of names.entries()) key = threefry(key[0], key[1], name, place + 1)
    this.#key = key
  }

  /** A number from 0 up to, not including, 1. */
  share(): number {
    return threefry(this.#key[0], this.#key[1], this.#count++, 0)[0] / 2 ** 32
  }

  /** A whole number from 0 to `below` − 1, all equally likely. */
  below(below: number): number {
    return Math.floor(this.share() * below)
  }

  /** One of these, all equally likely. */
  of<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)]
  }
}

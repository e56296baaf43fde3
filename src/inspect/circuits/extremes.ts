// The largest and the smallest of many numbers that come one block after the other.

/** A number, and the cell that has it. */
export interface Extreme {
  readonly cell: number
  readonly value: number
}

export class Extremes {
  readonly #most: number
  readonly #largest: Extreme[] = []
  readonly #smallest: Extreme[] = []

  /** `most`: as many on each side. */
  constructor(most: number) {
    this.#most = most
  }

  /** Takes numbers in; `first`: the number of their first cell. */
  add(values: ArrayLike<number>, first = 0, from = 0, to = values.length): void {
    const [large, small] = [this.#largest, this.#smallest]
    let [least, greatest] = [this.#edge(large, -Infinity), this.#edge(small, Infinity)]
    for (let i = from; i < to; i++) {
      const value = values[i]
      if (value > least) {
        insert(large, { cell: first + i - from, value }, this.#most, (a, b) => b - a)
        least = this.#edge(large, -Infinity)
      }
      if (value < greatest) {
        insert(small, { cell: first + i - from, value }, this.#most, (a, b) => a - b)
        greatest = this.#edge(small, Infinity)
      }
    }
  }

  /** The largest first. */
  get largest(): readonly Extreme[] {
    return this.#largest
  }

  /** The smallest first. */
  get smallest(): readonly Extreme[] {
    return this.#smallest
  }

  #edge(list: readonly Extreme[], open: number): number {
    return list.length < this.#most ? open : list[list.length - 1].value
  }
}

/** Puts one where it belongs; of equal ones the earlier comes first. */
function insert(list: Extreme[], one: Extreme, most: number, order: (a: number, b: number) => number): void {
  let at = list.length
  while (at > 0 && order(list[at - 1].value, one.value) > 0) at--
  list.splice(at, 0, one)
  if (list.length > most) list.pop()
}

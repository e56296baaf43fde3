// Vectors of tokens: a row of numbers for each, and the same rows made as long as 1, of which a dot product is a cosine.

import { normalized } from '../../encode/pooling.ts'
import { areFinite } from '../../engine/finite.ts'

/** The numbers of a table: `count` rows of `width` numbers, row by row. */
export interface VectorRows {
  readonly count: number
  readonly width: number
  readonly data: Float32Array
}

/** A vector for each token of a vocabulary; a token's id is the number of its row. */
export class TokenVectors implements VectorRows {
  readonly count: number
  readonly width: number
  readonly data: Float32Array
  #units: readonly Float32Array[] | undefined

  /** Throws where there are not as many numbers as rows need, and where one is NaN or infinite. */
  constructor({ count, width, data }: VectorRows) {
    if (data.length !== count * width)
      throw new Error(
        `vectors: ${count} rows of ${width} numbers are ${count * width}, but ${data.length} were given. Give as many.`,
      )
    if (!areFinite(data)) {
      const at = data.findIndex((value) => !Number.isFinite(value))
      throw new Error(`vectors: row ${Math.floor(at / width)} has ${data[at]} in it. The weights may be damaged.`)
    }
    this.count = count
    this.width = width
    this.data = data
  }

  /** The vector of a token, in place. Throws for an id that has no row. */
  row(id: number): Float32Array {
    this.check(id)
    return this.data.subarray(id * this.width, (id + 1) * this.width)
  }

  /** The vector of a token made as long as 1; one of zeros stays so. */
  unit(id: number): Float32Array {
    return this.#units?.[id] ?? normalized(this.row(id))
  }

  /** The vectors of all tokens made as long as 1; they are made once. */
  units(): readonly Float32Array[] {
    this.#units ??= Array.from({ length: this.count }, (_, id) => normalized(this.row(id)))
    return this.#units
  }

  /** Throws for an id that has no row. */
  check(id: number): void {
    if (!Number.isInteger(id) || id < 0 || id >= this.count)
      throw new Error(`vectors: there is no row ${id}, but those from 0 to ${this.count - 1}. Give an id of these.`)
  }
}

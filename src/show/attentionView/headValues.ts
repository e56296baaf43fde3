// The numbers of one head as they are needed: all at once, or from a provider that gives pieces, a piece at a time.

import type { AttentionKind, AttentionProvider, AttentionQuantity, AttentionRegion } from './data.ts'
import { type MatrixSize, pooledCells } from './pooling.ts'

/** Tiles have so many rows and columns; a head with more of either is read in tiles, where its provider gives some. */
export const tileSide = 512

export class HeadValues {
  readonly asked: readonly [AttentionKind, layer: number, head: number, AttentionQuantity]
  readonly size: MatrixSize
  /** True where no more than a tile is asked for at once. */
  readonly isTiled: boolean
  readonly #provider: AttentionProvider
  #whole: Float32Array | undefined
  /** The last row, or column, of a head in tiles. */
  #last: readonly [key: string, line: Float32Array] | undefined

  constructor(provider: AttentionProvider, asked: HeadValues['asked'], size: MatrixSize) {
    this.#provider = provider
    this.asked = asked
    this.size = size
    this.isTiled = !!provider.tile && Math.max(size.rows, size.columns) > tileSide
  }

  /** Asks for all numbers, unless they come in tiles. Throws where there are not as many as there should be. */
  async load(): Promise<void> {
    if (this.isTiled) return
    const { rows, columns } = this.size
    const { length } = (this.#whole = await this.#provider.head(...this.asked))
    if (length !== rows * columns)
      throw new Error(
        `layer ${this.asked[1]}, head ${this.asked[2]}: ${length} numbers came for ${rows} positions × ${columns} sources. Give one for each cell.`,
      )
  }

  /** A piece: at once where all numbers are held. */
  region(region: AttentionRegion): Float32Array | Promise<Float32Array> {
    return this.#whole
      ? pooledCells(this.#whole, this.size.columns, region)
      : (this.#provider.tile?.(...this.asked, region) ?? new Float32Array())
  }

  /** The weights that a position has for all sources. */
  row(row: number): Float32Array | Promise<Float32Array> {
    return this.#line({ row, column: 0, rows: 1, columns: this.size.columns, step: 1 })
  }

  /** The weights that all positions have for a source. */
  column(column: number): Float32Array | Promise<Float32Array> {
    return this.#line({ row: 0, column, rows: this.size.rows, columns: 1, step: 1 })
  }

  #line(region: AttentionRegion): Float32Array | Promise<Float32Array> {
    const key = Object.values(region).join()
    if (this.#last?.[0] === key) return this.#last[1]
    const line = this.region(region)
    whenThere(line, (own) => {
      this.#last = [key, own]
    })
    return line
  }
}

/** Goes on with something that is there, or when it comes: what is there is not waited for, so that a pointer is followed at once. */
export function whenThere<T>(value: T | Promise<T>, then: (value: T) => void): void {
  if (value instanceof Promise) value.then(then, () => {})
  else then(value)
}

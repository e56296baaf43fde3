// The numbers of one head as they are needed: all at once, or from a provider that gives pieces, a piece at a time.

import type { AttentionKind, AttentionProvider, AttentionQuantity, AttentionRegion } from './data.ts'
import { type MatrixSize, pooledCells } from './pooling.ts'

/** Tiles have so many rows and columns; a head with more of either is read in tiles, where its provider gives some. */
export const tileSide = 512

/** A head, and the weights of it that are meant. */
export interface HeadAsked {
  readonly kind: AttentionKind
  readonly layer: number
  readonly head: number
  readonly quantity: AttentionQuantity
}

/** As many rows and columns of a large head are kept as a person looks at in turn. */
const mostKept = 16

export class HeadValues {
  readonly asked: HeadAsked
  readonly size: MatrixSize
  readonly #provider: AttentionProvider
  readonly #kept = new Map<string, Float32Array>()
  #whole: Float32Array | undefined

  constructor(provider: AttentionProvider, asked: HeadAsked, size: MatrixSize) {
    this.#provider = provider
    this.asked = asked
    this.size = size
  }

  /** True where no more than a tile is asked for at once. */
  get isTiled(): boolean {
    return this.#provider.tile !== undefined && Math.max(this.size.rows, this.size.columns) > tileSide
  }

  /** Asks for all numbers, unless they come in tiles. Throws where there are not as many as there should be. */
  async load(): Promise<void> {
    if (this.isTiled) return
    const { rows, columns } = this.size
    const { kind, layer, head, quantity } = this.asked
    const whole = await this.#provider.head(kind, layer, head, quantity)
    if (whole.length !== rows * columns)
      throw new Error(
        `layer ${layer}, head ${head}: ${whole.length} numbers came for ${rows} positions × ${columns} sources. Give one for each cell.`,
      )
    this.#whole = whole
  }

  /** A piece: at once where all numbers are held. */
  region(region: AttentionRegion): Float32Array | Promise<Float32Array> {
    if (this.#whole) return pooledCells(this.#whole, this.size.columns, region)
    const { kind, layer, head, quantity } = this.asked
    return this.#provider.tile?.(kind, layer, head, quantity, region) ?? new Float32Array()
  }

  /** The weights that a position has for all sources. */
  row(position: number): Float32Array | Promise<Float32Array> {
    const { columns } = this.size
    return this.#line({ row: position, column: 0, rows: 1, columns, step: 1 })
  }

  /** The weights that all positions have for a source. */
  column(source: number): Float32Array | Promise<Float32Array> {
    return this.#line({ row: 0, column: source, rows: this.size.rows, columns: 1, step: 1 })
  }

  #line(region: AttentionRegion): Float32Array | Promise<Float32Array> {
    if (this.#whole) return this.region(region)
    const key = `${region.row} ${region.column} ${region.rows}`
    const kept = this.#kept.get(key)
    if (kept) return kept
    return Promise.resolve(this.region(region)).then((line) => {
      if (this.#kept.size >= mostKept) this.#kept.clear()
      this.#kept.set(key, line)
      return line
    })
  }
}

/** Goes on with something that is there, or when it comes: what is there is not waited for, so that a pointer is followed at once. */
export function whenThere<T>(value: T | Promise<T>, then: (value: T) => void): void {
  if (value instanceof Promise) value.then(then, () => {})
  else then(value)
}

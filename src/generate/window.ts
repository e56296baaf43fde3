// The window: the part of a text that the model sees. When it is full, it goes on with the last half of itself.

/** The event of a text that has become longer than the model's context. */
export interface Slide {
  readonly context: number
  /** The number of the last tokens that are kept. */
  readonly kept: number
}

export class Window {
  readonly #ids: Int32Array
  #length: number
  /** Is told when the beginning of the text is given up for the first time. */
  #onSlide: ((slide: Slide) => void) | undefined

  constructor(prompt: ArrayLike<number>, context: number, onSlide?: (slide: Slide) => void) {
    this.#ids = new Int32Array(context)
    this.#length = Math.min(prompt.length, context)
    this.#onSlide = onSlide
    for (let i = 0; i < this.#length; i++) this.#ids[i] = prompt[prompt.length - this.#length + i]
    if (prompt.length > context) this.#tell()
  }

  get ids(): Int32Array {
    return this.#ids.subarray(0, this.#length)
  }

  /** Adds an id; gives whether it has slid: all places have changed then, and must be computed anew. */
  add(id: number): boolean {
    const context = this.#ids.length
    const isFull = this.#length === context
    if (isFull) {
      this.#length = this.#half - 1
      this.#ids.copyWithin(0, context - this.#length)
      this.#tell()
    }
    this.#ids[this.#length++] = id
    return isFull
  }

  get #half(): number {
    return Math.max(1, this.#ids.length >> 1)
  }

  #tell(): void {
    this.#onSlide?.({ context: this.#ids.length, kept: this.#half })
    this.#onSlide = undefined
  }
}

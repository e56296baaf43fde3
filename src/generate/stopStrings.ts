// Stop strings: a text ends before the first of some strings. They may run across the borders of tokens; so what may be the
// beginning of one is held back until it is certain.

export class StopStrings {
  readonly #strings: readonly string[]
  #held = ''
  #found: string | undefined

  constructor(strings: readonly string[]) {
    if (strings.includes('')) throw new Error('generate: a stop string is empty. Give at least one character.')
    this.#strings = strings
  }

  /** The string that ended the text. */
  get found(): string | undefined {
    return this.#found
  }

  /** What is certain with this piece of the text: nothing more once a string has been found. */
  push(piece: string): string {
    if (this.#found !== undefined) return ''
    this.#held += piece
    const first = this.#first()
    if (first) {
      const before = this.#held.slice(0, first.at)
      this.#found = first.string
      this.#held = ''
      return before
    }
    const certain = this.#held.length - this.#uncertain()
    const out = this.#held.slice(0, certain)
    this.#held = this.#held.slice(certain)
    return out
  }

  /** What was held back, now that nothing more comes. */
  end(): string {
    const rest = this.#held
    this.#held = ''
    return rest
  }

  /** The string that is complete first, so that it does not matter in which pieces the text comes. */
  #first(): { string: string; at: number } | undefined {
    return this.#strings
      .map((string) => ({ string, at: this.#held.indexOf(string) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at + a.string.length - (b.at + b.string.length) || a.at - b.at)[0]
  }

  /** How many of the last characters may be the beginning of a string. */
  #uncertain(): number {
    const most = Math.min(this.#held.length, Math.max(0, ...this.#strings.map(({ length }) => length - 1)))
    for (let length = most; length > 0; length--) {
      const end = this.#held.slice(-length)
      if (this.#strings.some((string) => string.startsWith(end))) return length
    }
    return 0
  }
}

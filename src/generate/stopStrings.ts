// Stop strings: a text ends before the first of some strings. They may run across the borders of tokens; so what may be the
// beginning of one is held back until it is certain.

export class StopStrings {
  readonly #strings: readonly string[]
  /** The end of what stood before, in which a string may begin. */
  #before: string
  #held = ''
  #found: string | undefined

  /** - `before`: the text that stands before: strings may begin there, but not end */
  constructor(strings: readonly string[], before = '') {
    if (strings.includes('')) throw new Error('generate: a stop string is empty. Give at least one character.')
    this.#strings = strings
    const most = Math.max(0, ...strings.map(({ length }) => length - 1))
    this.#before = most === 0 ? '' : before.slice(-most)
  }

  /** The string that ended the text. */
  get found(): string | undefined {
    return this.#found
  }

  /** The part of the text that is certain with this piece: nothing more once a string has been found. */
  push(piece: string): string {
    if (this.#found !== undefined) return ''
    this.#held += piece
    const first = this.#first()
    if (first) {
      const before = this.#held.slice(0, Math.max(0, first.at))
      this.#found = first.string
      this.#held = ''
      return before
    }
    const certain = this.#held.length - this.#uncertain()
    const out = this.#held.slice(0, certain)
    this.#held = this.#held.slice(certain)
    if (out !== '') this.#before = ''
    return out
  }

  /** The text that was held back, now that nothing more comes. */
  end(): string {
    const rest = this.#held
    this.#held = ''
    return rest
  }

  /** The string that is complete first, so that it does not matter in which pieces the text comes. */
  #first(): { string: string; at: number } | undefined {
    const { length } = this.#before
    const all = this.#before + this.#held
    return this.#strings
      .map((string) => ({ string, at: all.indexOf(string, Math.max(0, length + 1 - string.length)) - length }))
      .filter(({ at }) => at >= -length)
      .sort((a, b) => a.at + a.string.length - (b.at + b.string.length) || a.at - b.at)[0]
  }

  /** The number of the last characters that may be the beginning of a string. */
  #uncertain(): number {
    const all = this.#before + this.#held
    const most = Math.min(all.length, Math.max(0, ...this.#strings.map(({ length }) => length - 1)))
    for (let length = most; length > 0; length--) {
      const end = all.slice(-length)
      if (this.#strings.some((string) => string.startsWith(end))) return Math.min(length, this.#held.length)
    }
    return 0
  }
}

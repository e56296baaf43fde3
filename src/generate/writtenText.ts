// A text on its way from ids: what is certain comes out at once, and it ends before the first stop string.
//
//   ids ─ decoded ──────────────────────── what comes out
//   ids ─ decoded, special tokens too ──── what is searched for stop strings: <turn> can end a text, though it is never shown
//
// Both texts are cut token by token, so that a place in one is known in the other. A stop string may begin in the prompt, as in
// Hugging Face's `generate`.

import type { TextStream, Tokenizer } from '../text/tokenizer.ts'
import { StopStrings } from './stopStrings.ts'

/** The pieces that a token added to the text that is searched, and to the one that is shown. */
interface Stretch {
  readonly searched: string
  readonly shown: string
}

export class WrittenText {
  readonly #shown: TextStream
  readonly #searched: TextStream | undefined
  readonly #stop: StopStrings
  /** The text that may still be the beginning of a stop string. */
  #pending: Stretch[] = []

  /** - `after`: the ids that the text goes on from */
  constructor(
    tokenizer: Tokenizer,
    { after, stopStrings = [] }: { readonly after: ArrayLike<number>; readonly stopStrings?: readonly string[] },
  ) {
    const isSearched = stopStrings.length > 0
    this.#shown = tokenizer.stream({ after })
    this.#searched = isSearched ? tokenizer.stream({ after, special: true }) : undefined
    this.#stop = new StopStrings(stopStrings, isSearched ? tokenizer.decode(after, { special: true }) : '')
  }

  /** True once a stop string has ended it. */
  get isStopped(): boolean {
    return this.#stop.found !== undefined
  }

  /** The text that is certain with this id. */
  push(id: number): string {
    const shown = this.#shown.push(id)
    return this.#searched ? this.#certain({ shown, searched: this.#searched.push(id) }) : shown
  }

  /** The text that was held back, now that nothing more comes. */
  end(): string {
    const shown = this.#shown.end()
    if (!this.#searched) return shown
    const certain = this.#certain({ shown, searched: this.#searched.end() })
    return certain + this.#take(this.#stop.end().length)
  }

  #certain(more: Stretch): string {
    if (this.isStopped) return ''
    this.#pending.push(more)
    const text = this.#take(this.#stop.push(more.searched).length)
    if (this.isStopped) this.#pending = []
    return text
  }

  /** The part that is shown of the next so many characters of the text that is searched. */
  #take(count: number): string {
    let rest = count
    let text = ''
    while (this.#pending.length > 0) {
      const { searched, shown } = this.#pending[0]
      if (rest >= searched.length) {
        rest -= searched.length
        text += shown
        this.#pending.shift()
        continue
      }
      // Where the two differ, they do so in the beginning: a first piece has no space before it.
      const kept = Math.min(searched.length - rest, shown.length)
      text += shown.slice(0, shown.length - kept)
      this.#pending[0] = { searched: searched.slice(rest), shown: shown.slice(shown.length - kept) }
      break
    }
    return text
  }
}

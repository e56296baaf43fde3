// Finds a pattern in linear time, whatever the pattern: it goes back and tries again, as JavaScript's own engine does, but never
// twice from the same place of the pattern at the same place of the text, since what failed there once will fail again.
//
//   steps ≤ places of the pattern × places of the text
//
// Norvig 1991, "Techniques for automatic memoization", and RE2's bitstate.cc, where it is called BitState. patternProgram.ts
// makes the steps. A step that looks ahead or behind, or takes something for good, runs the steps within it first; what comes
// of those is remembered too.

import { type PatternProgram, patternProgram } from './patternProgram.ts'
import type { PatternTree } from './patternTree.ts'

/** The most that may be remembered, in bits: a pattern with 100 choices in a text of 10 million characters. */
const mostBits = 2 ** 30

/**
 * The search for everything, from the beginning of a text to its end, as `matchAll` does it. Throws for a pattern with too
 * many parts when it is made, and for a text that is too long for it when it is used.
 *
 * - `flags`: u or v, by which the sets of characters are read
 */
export function patternSearch(
  tree: PatternTree,
  flags: string,
): (text: string) => Iterable<{ readonly 0: string; readonly index: number }> {
  const program = patternProgram(tree, flags)
  return function* (text) {
    const search = new Search(program, text)
    for (let at = 0; at <= text.length; ) {
      const end = search.from(at)
      if (end >= 0) yield { 0: text.slice(at, end), index: at }
      at = end > at ? end : at + ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
    }
  }
}

/** An alternative that was left open: the step and the place where to go on with it. */
interface Open {
  readonly step: number
  readonly at: number
  /** The number of choices, of those that were made, that lead to it. */
  readonly made: number
}

class Search {
  readonly #program: PatternProgram
  readonly #text: string
  /** A bit for each choice and place from which nothing was found. */
  readonly #failed: Uint32Array
  /** For choices within looks and atomic parts: where what was found from there ended. */
  readonly #found = new Map<number, number>()

  constructor(program: PatternProgram, text: string) {
    const bits = program.choices * (text.length + 1)
    if (bits > mostBits)
      throw new Error(
        `tokenizer: a text of ${text.length} characters is too long for a pattern that can be found in so many ways. Cut it.`,
      )
    this.#program = program
    this.#text = text
    this.#failed = new Uint32Array(Math.ceil(bits / 32))
  }

  /** Where what begins at a place ends; −1 where nothing does. */
  from(at: number): number {
    return this.#run(this.#program.start, at, false)
  }

  /** `isInner`: the steps of a look or an atomic part, whose end is remembered. */
  #run(start: number, from: number, isInner: boolean): number {
    const { steps } = this.#program
    const open: Open[] = []
    const made: number[] = []
    let step = start
    let at = from
    let end = -1
    for (;;) {
      const current = steps[step]
      let goesOn = true
      if (current.kind === 'end') {
        end = at
        break
      }
      if (current.kind === 'set') {
        const next = current.isBehind ? this.#before(at) : this.#after(at)
        goesOn = next >= 0 && current.has(this.#text.codePointAt(Math.min(at, next)) as number)
        at = next
        step = current.next
      } else if (current.kind === 'choice') {
        const state = current.number * (this.#text.length + 1) + at
        const known = isInner ? this.#found.get(state) : undefined
        if (known !== undefined) {
          end = known
          break
        }
        goesOn = (this.#failed[state >>> 5] & (1 << (state & 31))) === 0
        if (goesOn) {
          // Until something is found: whoever comes here again goes round in a circle, or comes too late.
          this.#failed[state >>> 5] |= 1 << (state & 31)
          made.push(state)
          open.push({ step: current.otherwise, at, made: made.length })
          step = current.next
        }
      } else {
        const found = this.#run(current.inner, at, true)
        goesOn = current.kind === 'atomic' ? found >= 0 : found >= 0 !== current.isNegated
        if (current.kind === 'atomic') at = found
        step = current.next
      }
      if (goesOn) continue
      const back = open.pop()
      if (back === undefined) return -1
      step = back.step
      at = back.at
      made.length = back.made
    }
    // These choices led to something.
    for (const state of made) {
      this.#failed[state >>> 5] &= ~(1 << (state & 31))
      if (isInner) this.#found.set(state, end)
    }
    return end
  }

  #after(at: number): number {
    if (at >= this.#text.length) return -1
    return at + ((this.#text.codePointAt(at) as number) > 0xffff ? 2 : 1)
  }

  #before(at: number): number {
    if (at <= 0) return -1
    return at - (at > 1 && (this.#text.codePointAt(at - 2) as number) > 0xffff ? 2 : 1)
  }
}

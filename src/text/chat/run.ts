// One run of a template: where it is, what it may still spend, and what it has written.

import { checkLength } from './characters.ts'
import { checkListLength } from './operators.ts'
import { Problem, Tuple, type Value, valuesOf } from './values.ts'

export interface Limits {
  /** Parts of expressions that are computed, and values that loops and filters walk through, together. */
  readonly steps: number
  /** Macros and recursive loops that are open at once. */
  readonly depth: number
}

// Python gives up at about 190 macros in one another.
export const usualLimits: Limits = { steps: 5_000_000, depth: 200 }

export class Run {
  readonly #limits: Limits
  #steps = 0
  #depth = 0
  /** The line that is being run. */
  line = 1

  constructor(limits: Limits) {
    this.#limits = limits
  }

  spend(steps: number): void {
    this.#steps += steps
    if (this.#steps > this.#limits.steps)
      throw new Problem(
        `it has taken ${this.#limits.steps.toLocaleString('en-US')} steps without coming to its end, which is the limit`,
      )
  }

  /** What working through a text, a list or a tuple costs; a dict is looked up at once. */
  spendOn(value: Value): void {
    if (typeof value === 'string') this.spend(value.length >> 5)
    else if (Array.isArray(value)) this.spend(value.length)
    else if (value instanceof Tuple) this.spend(value.items.length)
  }

  /** The values in a value, each of which is a step. */
  *values(value: Value): Generator<Value> {
    for (const each of valuesOf(value)) {
      this.spend(1)
      yield each
    }
  }

  list(value: Value): Value[] {
    const list: Value[] = []
    for (const each of this.values(value)) checkListLength(list.push(each))
    return list
  }

  /** Runs what may run itself again. */
  deeper<T>(run: () => T): T {
    if (this.#depth >= this.#limits.depth)
      throw new Problem(`macros call one another more than ${this.#limits.depth} deep, which is the limit`)
    this.#depth++
    try {
      return run()
    } finally {
      this.#depth--
    }
  }
}

/** What a template has written. */
export class Output {
  readonly #parts: string[] = []
  #length = 0

  write(text: string): void {
    this.#length += text.length
    checkLength(this.#length)
    this.#parts.push(text)
  }

  text(): string {
    return this.#parts.join('')
  }
}

/** Names and their values, in the scopes around them. */
export class Scope {
  readonly #names = new Map<string, Value>()
  readonly #outer: Scope | undefined

  constructor(outer?: Scope) {
    this.#outer = outer
  }

  get(name: string): Value | undefined {
    const value = this.#names.get(name)
    return value === undefined ? this.#outer?.get(name) : value
  }

  set(name: string, value: Value): void {
    this.#names.set(name, value)
  }

  /** The template's own scope: the outermost but for the one of what is given. */
  top(): Scope {
    const outer = this.#outer
    return outer === undefined || outer.#outer === undefined ? this : outer.top()
  }
}

// One run of a template: where it is, what it may still spend, and what it has written.

import { checkTextLength } from './characters.ts'
import { valuesOf } from './contents.ts'
import { checkListLength } from './operators.ts'
import type { Statement } from './syntax.ts'
import { type Named, TemplateProblem, type TemplateValue, Tuple } from './values.ts'

export interface Limits {
  /** Parts of expressions that are computed, and values that loops and filters walk through, together. */
  readonly steps: number
  /** Macros and recursive loops that are open at once. */
  readonly depth: number
}

// Python gives up at about 190 macros in one another.
export const usualLimits: Limits = { steps: 5_000_000, depth: 200 }

/** The arguments of a call. */
export type Args = readonly [positional: TemplateValue[], named: Map<string, TemplateValue>]

/** A filter, and a test, that take what is given as it is. */
export type FreeFilter = (
  value: TemplateValue,
  positional: readonly TemplateValue[],
  named: Named,
  run: Run,
) => TemplateValue
export type Test = (value: TemplateValue, positional: readonly TemplateValue[], named: Named) => boolean

/** The filters that may stand behind `|` and the tests behind `is`, by name. */
export interface Words {
  readonly filters: Readonly<Record<string, FreeFilter>>
  readonly tests: Readonly<Record<string, Test>>
}

/** The way that statements end: at their end, or on the way out of a loop or on to its next turn. */
export type Ending = 'end' | 'break' | 'continue'

/** Runs statements (execute.ts). */
export type Execute = (
  statements: readonly Statement[],
  scope: TemplateScope,
  output: TemplateOutput,
  run: Run,
) => Ending

export class Run {
  readonly #limits: Limits
  readonly #words: Words
  #steps = 0
  #depth = 0
  /** The line that is being run. */
  line = 1

  constructor(limits: Limits, words: Words) {
    this.#limits = limits
    this.#words = words
  }

  /** The result of a filter for a value. */
  filter(name: string, value: TemplateValue, [positional, named]: Args): TemplateValue {
    const { filters } = this.#words
    if (!Object.hasOwn(filters, name)) throw new TemplateProblem(`there is no filter '${name}'`)
    if (typeof value === 'string') this.spendOn(value)
    return filters[name](value, positional, named, this)
  }

  /** The answer of a test that stands behind `is`. */
  test(name: string, value: TemplateValue, [positional, named]: Args): boolean {
    const { tests } = this.#words
    if (!Object.hasOwn(tests, name)) throw new TemplateProblem(`there is no test '${name}'`)
    if (typeof value === 'string') this.spendOn(value)
    return tests[name](value, positional, named)
  }

  spend(steps: number): void {
    this.#steps += steps
    if (this.#steps > this.#limits.steps)
      throw new TemplateProblem(
        `it has taken ${this.#limits.steps.toLocaleString('en-US')} steps without coming to its end, which is the limit`,
      )
  }

  /** Pays for working through a text, a list or a tuple; a dict is looked up at once. */
  spendOn(value: TemplateValue): void {
    if (typeof value === 'string') this.spend(value.length >> 5)
    else if (Array.isArray(value)) this.spend(value.length)
    else if (value instanceof Tuple) this.spend(value.items.length)
  }

  /** The values in a value, each of which is a step. */
  *values(value: TemplateValue): Generator<TemplateValue> {
    for (const each of valuesOf(value)) {
      this.spend(1)
      yield each
    }
  }

  list(value: TemplateValue): TemplateValue[] {
    const list: TemplateValue[] = []
    for (const each of this.values(value)) checkListLength(list.push(each))
    return list
  }

  /** Runs what may run itself again. */
  deeper<T>(run: () => T): T {
    if (this.#depth >= this.#limits.depth)
      throw new TemplateProblem(`macros call one another more than ${this.#limits.depth} deep, which is the limit`)
    this.#depth++
    try {
      return run()
    } finally {
      this.#depth--
    }
  }
}

/** The text that a template has written so far. */
export class TemplateOutput {
  readonly #parts: string[] = []
  #length = 0

  write(text: string): void {
    this.#length += text.length
    checkTextLength(this.#length)
    this.#parts.push(text)
  }

  text(): string {
    return this.#parts.join('')
  }
}

/** Names and their values, in the scopes around them. */
export class TemplateScope {
  readonly #names = new Map<string, TemplateValue>()
  readonly #outer: TemplateScope | undefined

  constructor(outer?: TemplateScope) {
    this.#outer = outer
  }

  get(name: string): TemplateValue | undefined {
    const value = this.#names.get(name)
    return value === undefined ? this.#outer?.get(name) : value
  }

  set(name: string, value: TemplateValue): void {
    this.#names.set(name, value)
  }

  /** The template's own scope: the outermost but for the one of what is given. */
  top(): TemplateScope {
    const outer = this.#outer
    return outer === undefined || outer.#outer === undefined ? this : outer.top()
  }
}

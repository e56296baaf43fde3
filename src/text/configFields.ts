// The fields of a config, read one by one and checked: a file from outside is never trusted to be what it claims.
// config.json is one, and so is every part of a tokenizer.json.
//
//   fields.whole('n_layer', { most: 1000 })      fields.number('layer_norm_epsilon', { otherwise: 1e-5 })
//   fields.flag('use_cache', true)               fields.only('activation_function', ['gelu_new'])
//
// What is not used, and should not go unsaid, is gathered in `warnings`.
//
// A field that is null counts as one that is not there, as in Python's transformers. Every error names the file, the field
// and its value.

import { checkIsObject, kindOf } from './json.ts'

/** Far above the weights of every model that fits into memory here; absurd for a single size too. */
export const mostWeights = 10_000_000_000
/** Far above every model's, far below what would freeze the machine. */
export const mostLayers = 1_000
/** Far above every classifier's. */
export const mostClasses = 1_000_000
/** Far above every model's; RoPE turns with a matrix of this size squared. */
export const longestHead = 4_096

export class ConfigFields {
  /** The file's name, for errors. */
  readonly place: string
  /** Sentences to be told about the file, though it can be used. */
  readonly warnings: string[]
  readonly #json: Record<string, unknown>

  constructor(json: unknown, place = 'config.json', warnings: string[] = []) {
    checkIsObject(json, place)
    this.#json = json
    this.place = place
    this.warnings = warnings
  }

  /** A field as it stands there; undefined where it is missing or null. */
  get(name: string): unknown {
    return Object.hasOwn(this.#json, name) ? (this.#json[name] ?? undefined) : undefined
  }

  /** Fields that may have another name, as transformers' `attribute_map` has it: where both are there, the other one counts. */
  renamed(others: Readonly<Record<string, string>>): ConfigFields {
    const found = Object.entries(others).filter(([other]) => this.has(other))
    if (found.length === 0) return this
    const names = Object.fromEntries(found.map(([other, name]) => [name, this.#json[other]]))
    return new ConfigFields({ ...this.#json, ...names }, this.place, this.warnings)
  }

  /** The names of all fields. */
  names(): string[] {
    return Object.keys(this.#json)
  }

  has(name: string): boolean {
    return this.get(name) !== undefined
  }

  /** True where somebody wrote null: for formats in which that says something else than a missing field. */
  isNull(name: string): boolean {
    return this.#json[name] === null
  }

  /** A size: a whole number from `least` (1) to `most`; `otherwise` where it is not given, or an error. */
  whole(name: string, { otherwise, least = 1, most = mostWeights }: WholeOptions = {}): number {
    const value = this.get(name) ?? otherwise
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
      // Null is told from what is missing: somebody wrote it.
      const found = this.#json[name]
      const shown = value !== undefined ? kindOf(value) : found === undefined ? 'missing' : kindOf(found)
      throw this.wrong(`${name} is ${shown}. Give a whole number from ${least} to ${most}.`)
    }
    return value
  }

  /** A number that is finite in 32 bits too; `otherwise` where it is not given, or an error. */
  number(name: string, { otherwise }: { readonly otherwise?: number } = {}): number {
    const value = this.get(name) ?? otherwise
    if (typeof value !== 'number' || !Number.isFinite(Math.fround(value))) {
      throw this.wrong(
        `${name} is ${this.isNull(name) ? 'null' : value === undefined ? 'missing' : kindOf(value)}. Give a number.`,
      )
    }
    return value
  }

  /** The small number that keeps a normalisation from dividing by zero; `usual` where it is not given. */
  epsilon(name: string, usual: number): number {
    const epsilon = this.number(name, { otherwise: usual })
    if (epsilon < 0 || epsilon > 1)
      throw this.wrong(`${name} is ${epsilon}. Give a small number from 0; ${decimal(usual)} is usual.`)
    return epsilon
  }

  /** A share of values to drop in training. */
  rate(name: string, otherwise: number): number {
    const rate = this.number(name, { otherwise })
    if (rate < 0 || rate >= 1)
      throw this.wrong(`${name} is ${rate}. Give the share of values to drop, from 0 and below 1.`)
    return rate
  }

  text(name: string, { otherwise }: { readonly otherwise?: string } = {}): string {
    const value = this.get(name) ?? otherwise
    if (typeof value !== 'string')
      throw this.wrong(`${name} is ${value === undefined ? 'missing' : kindOf(value)}. Give a text.`)
    return value
  }

  /** A text of one code point. */
  character(name: string, { otherwise }: { readonly otherwise?: string } = {}): string {
    const text = this.text(name, { otherwise })
    if (text.length > 2 || [...text].length !== 1) throw this.wrong(`${name} is ${kindOf(text)}. Give one character.`)
    return text
  }

  /** A list; an empty one where it is not given. */
  list(name: string): readonly unknown[] {
    const value = this.get(name) ?? []
    if (!Array.isArray(value)) throw this.wrong(`${name} is ${kindOf(value)}. Give a list.`)
    return value
  }

  /** The objects of a list; none where it is not given. */
  each(name: string): ConfigFields[] {
    return this.list(name).map((value, i) => new ConfigFields(value, `${this.place}: ${name}[${i}]`))
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.get(name) ?? otherwise
    if (typeof value !== 'boolean') throw this.wrong(`${name} is ${kindOf(value)}. Write true or false.`)
    return value
  }

  /** One of several words: `choices` says what each means to us. */
  choice<T>(name: string, choices: Readonly<Record<string, T>>, otherwise?: string): T {
    const value = this.get(name) ?? otherwise
    if (typeof value !== 'string' || !Object.hasOwn(choices, value)) this.#refuse(name, value, Object.keys(choices))
    return choices[value]
  }

  /** Throws unless the field is one of these values, or is not there: with another the model would compute something else. */
  only(name: string, values: readonly unknown[]): void {
    const found = this.get(name)
    if (found !== undefined && !values.includes(found)) this.#refuse(name, found, values)
  }

  /** The fields of an object within; undefined where it is not given. */
  inner(name: string): ConfigFields | undefined {
    const value = this.get(name)
    return value === undefined ? undefined : new ConfigFields(value, `${this.place}: ${name}`, this.warnings)
  }

  /** Says of the file what does no harm. */
  warn(what: string): void {
    this.warnings.push(`${this.place}: ${what}`)
  }

  /** The error for what is wrong here, to be thrown. */
  wrong(what: string): Error {
    return new Error(`${this.place}: ${what}`)
  }

  #refuse(name: string, found: unknown, values: readonly unknown[]): never {
    const supported =
      values.length === 0 ? 'a model without it' : values.map((value) => JSON.stringify(value)).join(' or ')
    throw this.wrong(`${name} is ${kindOf(found)}, and Cutaway runs only ${supported}. Take another checkpoint.`)
  }
}

interface WholeOptions {
  readonly otherwise?: number
  readonly least?: number
  readonly most?: number
}

/** 0.00001 rather than 1e-5, down to what people still can count. */
const decimal = (value: number): string => value.toFixed(12).replace(/0+$/, '')

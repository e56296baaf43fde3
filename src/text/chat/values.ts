// What templates compute with: Python's values, since templates are written for Python and print them.
//
//   None  bool     int     float   str     list     dict  tuple  range …
//   null  boolean  bigint  number  string  Value[]  Dict  Tuple  Range …
//
// A number of JavaScript is always a float here, and a bigint an int: 3.0 and 3 print differently.

import type { Dict } from './dict.ts'

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Value[]
  | Dict
  | Tuple
  | Range
  | View
  | Stream
  | Bytes
  | Markup
  | Slice
  | Native
  | Undefined

/** What a template does wrong while it runs. */
export class Problem extends Error {}

export class Tuple {
  readonly items: readonly Value[]
  /** Names of the items, as `groupby` gives them. */
  readonly names: readonly string[]

  constructor(items: readonly Value[], names: readonly string[] = []) {
    this.items = items
    this.names = names
  }
}

export class Range {
  readonly start: bigint
  readonly stop: bigint
  readonly step: bigint
  readonly length: number

  constructor(start: bigint, stop: bigint, step: bigint) {
    this.start = start
    this.stop = stop
    this.step = step
    const distance = step > 0n ? stop - start : start - stop
    const stride = step > 0n ? step : -step
    this.length = distance > 0n ? Number((distance + stride - 1n) / stride) : 0
  }

  at(index: number): bigint {
    return this.start + BigInt(index) * this.step
  }
}

/** `d.keys()`, `d.values()`, `d.items()` */
export class View {
  readonly of: Dict
  readonly kind: 'keys' | 'values' | 'items'

  constructor(of: Dict, kind: View['kind']) {
    this.of = of
    this.kind = kind
  }
}

/** A row that can be walked once: what `map`, `select` and others give. */
export class Stream {
  readonly type: string
  readonly iterator: Iterator<Value>

  constructor(values: Iterable<Value>, type = 'generator') {
    this.iterator = values[Symbol.iterator]()
    this.type = type
  }
}

export class Bytes {
  readonly data: Uint8Array

  constructor(data: Uint8Array) {
    this.data = data
  }
}

/** A text that is HTML already: what `escape` and `safe` give. */
export class Markup {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** What stands in brackets with colons. */
export class Slice {
  readonly parts: readonly [start: Value, stop: Value, step: Value]

  constructor(start: Value, stop: Value, step: Value) {
    this.parts = [start, stop, step]
  }
}

export type Named = ReadonlyMap<string, Value>
export type Call = (positional: readonly Value[], named: Named) => Value

/** Anything that a template may call or look into, but not take apart: functions, methods, macros, loops, namespaces. */
export class Native {
  readonly type: string
  readonly call: Call | undefined
  /** Its fields; undefined where there is none of that name. */
  readonly field: (name: string) => Value | undefined
  /** How it prints; undefined for what prints as an address in memory in Python. */
  readonly shown: (() => string) | undefined
  /** The fields that `set` may write. */
  readonly fields: Map<string, Value> | undefined

  constructor(
    type: string,
    parts: {
      call?: Call
      field?: (name: string) => Value | undefined
      shown?: () => string
      fields?: Map<string, Value>
    },
  ) {
    const { call, fields, shown, field = (name) => fields?.get(name) } = parts
    this.type = type
    this.call = call
    this.field = field
    this.shown = shown
    this.fields = fields
  }
}

/** What is not there. It prints nothing, is false and empty; anything else that is done with it is an error. */
export class Undefined {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** The name of a value's type, in Python. */
export function typeOf(value: Value): string {
  if (value === null) return 'NoneType'
  switch (typeof value) {
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return 'float'
    case 'string':
      return 'str'
  }
  if (Array.isArray(value)) return 'list'
  if (value instanceof View) return `dict_${value.kind}`
  if (value instanceof Native || value instanceof Stream) return value.type
  if (value instanceof Tuple) return 'tuple'
  if (value instanceof Range) return 'range'
  if (value instanceof Bytes) return 'bytes'
  if (value instanceof Markup) return 'Markup'
  if (value instanceof Slice) return 'slice'
  return value instanceof Undefined ? 'Undefined' : 'dict'
}

/** Whether a value counts as true: nothing, zero and what is empty do not. */
export function isTrue(value: Value): boolean {
  if (value === null || value instanceof Undefined) return false
  if (typeof value !== 'object') return Boolean(value) || Number.isNaN(value)
  return sizeOf(value) !== 0
}

/** How many values are in it; undefined where Python's `len` is an error. */
export function sizeOf(value: Value): number | undefined {
  if (value instanceof Undefined) return 0
  if (value instanceof Markup) return sizeOf(value.text)
  if (typeof value === 'string') return lengthOf(value)
  if (value === null || typeof value !== 'object') return undefined
  if (Array.isArray(value) || value instanceof Range) return value.length
  if (value instanceof Tuple) return value.items.length
  if (value instanceof View) return value.of.size
  if (value instanceof Bytes) return value.data.length
  if (value instanceof Native) return value.field('__len__') === undefined ? undefined : Number(value.field('__len__'))
  return value instanceof Stream || value instanceof Slice ? undefined : value.size
}

/** How many characters a text has: two halves in a row are one. */
export function lengthOf(text: string): number {
  if (!/[\ud800-\udfff]/.test(text)) return text.length
  let length = text.length
  for (let i = 1; i < text.length; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) length--
  return length
}

/** The values in a value, one after another. */
export function valuesOf(value: Value): Iterable<Value> {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  if (value instanceof Tuple) return value.items
  if (value instanceof Stream) return { [Symbol.iterator]: () => value.iterator }
  if (value instanceof Undefined) return []
  if (value instanceof View) return value.of[value.kind]()
  if (value instanceof Bytes) return Array.from(value.data, BigInt)
  if (value instanceof Range) return numbersOf(value)
  if (value === null || typeof value !== 'object' || value instanceof Native || value instanceof Slice)
    throw new Problem(`'${typeOf(value)}' object is not iterable`)
  return value.keys()
}

function* numbersOf(range: Range): Generator<bigint> {
  for (let i = 0; i < range.length; i++) yield range.at(i)
}

/** A value without the mark that it is HTML already. */
export const plain = (value: Value): Value => (value instanceof Markup ? value.text : value)

/** The error for using what is not there. */
export function checkIsThere(value: Value): void {
  if (value instanceof Undefined) throw new Problem(value.message)
}

// What templates compute with: Python's values, since templates are written for Python and print them.
//
//   None  bool     int     float   str     list     dict  tuple  range …
//   null  boolean  bigint  number  string  Value[]  Dict  Tuple  Range …
//
// A number of JavaScript is always a float here, and a bigint an int: 3.0 and 3 print differently.

export type TemplateValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | TemplateValue[]
  | Dict
  | Tuple
  | Range
  | DictView
  | ValueStream
  | Bytes
  | Markup
  | Slice
  | Native
  | Undefined

/** The error for something that a template does wrong while it runs. */
export class TemplateProblem extends Error {}

export class Tuple {
  readonly items: readonly TemplateValue[]
  /** Names of the items, as `groupby` gives them. */
  readonly names: readonly string[]

  constructor(items: readonly TemplateValue[], names: readonly string[] = []) {
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

/** Python's dict: in the order in which keys came, and 1, 1.0 and True are one key. */
export class Dict {
  readonly #entries = new Map<unknown, [key: TemplateValue, value: TemplateValue]>()

  constructor(entries: Iterable<readonly [TemplateValue, TemplateValue]> = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: TemplateValue): TemplateValue | undefined {
    return this.#entries.get(identityOf(key))?.[1]
  }

  has(key: TemplateValue): boolean {
    return this.#entries.has(identityOf(key))
  }

  set(key: TemplateValue, value: TemplateValue): void {
    const identity = identityOf(key)
    const entry = this.#entries.get(identity)
    if (entry) entry[1] = value
    else this.#entries.set(identity, [key, value])
  }

  *keys(): Generator<TemplateValue> {
    for (const [key] of this.#entries.values()) yield key
  }

  *values(): Generator<TemplateValue> {
    for (const [, value] of this.#entries.values()) yield value
  }

  *items(): Generator<Tuple> {
    for (const entry of this.#entries.values()) yield new Tuple([...entry])
  }

  entries(): Iterable<readonly [key: TemplateValue, value: TemplateValue]> {
    return this.#entries.values()
  }
}

/** `d.keys()`, `d.values()`, `d.items()` */
export class DictView {
  readonly of: Dict
  readonly kind: 'keys' | 'values' | 'items'

  constructor(of: Dict, kind: DictView['kind']) {
    this.of = of
    this.kind = kind
  }
}

/** A row that can be walked once: what `map`, `select` and others give. */
export class ValueStream {
  readonly type: string
  readonly iterator: Iterator<TemplateValue>

  constructor(values: Iterable<TemplateValue>, type = 'generator') {
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

/** The slice that stands in brackets with colons. */
export class Slice {
  readonly parts: readonly [start: TemplateValue, stop: TemplateValue, step: TemplateValue]

  constructor(start: TemplateValue, stop: TemplateValue, step: TemplateValue) {
    this.parts = [start, stop, step]
  }
}

export type Named = ReadonlyMap<string, TemplateValue>
export type Callable = (positional: readonly TemplateValue[], named: Named) => TemplateValue

/** Anything that a template may call or look into, but not take apart: functions, methods, macros, loops, namespaces. */
export class Native {
  readonly type: string
  readonly call: Callable | undefined
  /** Its fields; undefined where there is none of that name. */
  readonly field: (name: string) => TemplateValue | undefined
  /** Its printed form; undefined where Python prints an address in memory. */
  readonly shown: (() => string) | undefined
  /** The fields that `set` may write. */
  readonly fields: Map<string, TemplateValue> | undefined

  constructor(
    type: string,
    parts: {
      call?: Callable
      field?: (name: string) => TemplateValue | undefined
      shown?: () => string
      fields?: Map<string, TemplateValue>
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

/** A value that is not there. It prints nothing, is false and empty; anything else that is done with it is an error. */
export class Undefined {
  readonly message: string

  constructor(message: string) {
    this.message = message
  }
}

/** The name of a value's type, in Python. */
export function typeOf(value: TemplateValue): string {
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
  if (value instanceof DictView) return `dict_${value.kind}`
  if (value instanceof Native || value instanceof ValueStream) return value.type
  if (value instanceof Tuple) return 'tuple'
  if (value instanceof Range) return 'range'
  if (value instanceof Bytes) return 'bytes'
  if (value instanceof Markup) return 'Markup'
  if (value instanceof Slice) return 'slice'
  return value instanceof Undefined ? 'Undefined' : 'dict'
}

/** A value without the mark that it is HTML already. */
export const plain = (value: TemplateValue): TemplateValue => (value instanceof Markup ? value.text : value)

/** The error for using what is not there. */
export function checkIsThere(value: TemplateValue): void {
  if (value instanceof Undefined) throw new TemplateProblem(value.message)
}

/** Equal for equal values. Throws for what may change, as Python's `hash` does. */
export function identityOf(value: TemplateValue): unknown {
  if (typeof value === 'string') return `"${value}`
  if (value instanceof Markup) return `"${value.text}`
  if (typeof value === 'boolean') return BigInt(value)
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (value === null || typeof value === 'bigint' || value instanceof Native) return value
  if (value instanceof Undefined) return Undefined
  if (value instanceof Range) return `range ${value.length && value.start} ${value.length} ${value.step}`
  if (value instanceof Bytes) return `bytes ${value.data}`
  if (value instanceof Tuple) return `(${value.items.map((item) => partIdentity(identityOf(item))).join(',')})`
  throw new TemplateProblem(`unhashable type: '${typeOf(value)}'`)
}

function partIdentity(identity: unknown): string {
  if (typeof identity === 'string') return JSON.stringify(identity)
  if (identity === null || typeof identity === 'bigint' || typeof identity === 'number') return String(identity)
  throw new TemplateProblem('a tuple with functions in it is used as a key, which is not supported')
}

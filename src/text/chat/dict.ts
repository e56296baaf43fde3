// Python's dict: in the order in which keys came, and 1, 1.0 and True are one key.

import { Bytes, Markup, Native, Problem, Range, Tuple, typeOf, Undefined, type Value } from './values.ts'

export class Dict {
  readonly #entries = new Map<unknown, [key: Value, value: Value]>()

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(identityOf(key))?.[1]
  }

  has(key: Value): boolean {
    return this.#entries.has(identityOf(key))
  }

  set(key: Value, value: Value): void {
    const identity = identityOf(key)
    const entry = this.#entries.get(identity)
    if (entry) entry[1] = value
    else this.#entries.set(identity, [key, value])
  }

  *keys(): Generator<Value> {
    for (const [key] of this.#entries.values()) yield key
  }

  *values(): Generator<Value> {
    for (const [, value] of this.#entries.values()) yield value
  }

  *items(): Generator<Tuple> {
    for (const entry of this.#entries.values()) yield new Tuple([...entry])
  }

  entries(): Iterable<readonly [key: Value, value: Value]> {
    return this.#entries.values()
  }
}

/** Equal for equal values. Throws for what may change, as Python's `hash` does. */
export function identityOf(value: Value): unknown {
  if (typeof value === 'string') return `"${value}`
  if (value instanceof Markup) return `"${value.text}`
  if (typeof value === 'boolean') return BigInt(value)
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (value === null || typeof value === 'bigint' || value instanceof Native) return value
  if (value instanceof Undefined) return Undefined
  if (value instanceof Range) return `range ${value.length && value.start} ${value.length} ${value.step}`
  if (value instanceof Bytes) return `bytes ${value.data}`
  if (value instanceof Tuple) return `(${value.items.map((item) => partIdentity(identityOf(item))).join(',')})`
  throw new Problem(`unhashable type: '${typeOf(value)}'`)
}

function partIdentity(identity: unknown): string {
  if (typeof identity === 'string') return JSON.stringify(identity)
  if (identity === null || typeof identity === 'bigint' || typeof identity === 'number') return String(identity)
  throw new Problem('a tuple with functions in it is used as a key, which is not supported')
}

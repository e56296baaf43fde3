// What is in a value: whether there is anything, how many values there are, and which.

import {
  Bytes,
  Markup,
  Native,
  Problem,
  Range,
  Slice,
  Stream,
  Tuple,
  typeOf,
  Undefined,
  type Value,
  View,
} from './values.ts'

/** True for what counts as true: nothing, zero and what is empty do not. */
export function isTrue(value: Value): boolean {
  if (value === null || value instanceof Undefined) return false
  if (typeof value !== 'object') return Boolean(value) || Number.isNaN(value)
  return sizeOf(value) !== 0
}

/** The number of values in it; undefined where Python's `len` is an error. */
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

/** The number of characters of a text: two halves in a row are one. */
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

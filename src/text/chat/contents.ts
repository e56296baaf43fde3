// What is in a value: whether there is anything, how many values there are, and which.

import {
  Bytes,
  DictView,
  Markup,
  Native,
  Range,
  Slice,
  TemplateProblem,
  type TemplateValue,
  Tuple,
  typeOf,
  Undefined,
  ValueStream,
} from './values.ts'

/** True for what counts as true: nothing, zero and what is empty do not. */
export function isTrue(value: TemplateValue): boolean {
  if (value === null || value instanceof Undefined) return false
  if (typeof value !== 'object') return Boolean(value) || Number.isNaN(value)
  return valueCount(value) !== 0
}

/** The number of values in it; undefined where Python's `len` is an error. */
export function valueCount(value: TemplateValue): number | undefined {
  if (value instanceof Undefined) return 0
  if (value instanceof Markup) return valueCount(value.text)
  if (typeof value === 'string') return characterCount(value)
  if (value === null || typeof value !== 'object') return undefined
  if (Array.isArray(value) || value instanceof Range) return value.length
  if (value instanceof Tuple) return value.items.length
  if (value instanceof DictView) return value.of.size
  if (value instanceof Bytes) return value.data.length
  if (value instanceof Native) return value.field('__len__') === undefined ? undefined : Number(value.field('__len__'))
  return value instanceof ValueStream || value instanceof Slice ? undefined : value.size
}

/** The number of characters of a text: two halves in a row are one. */
export function characterCount(text: string): number {
  if (!/[\ud800-\udfff]/.test(text)) return text.length
  let length = text.length
  for (let i = 1; i < text.length; i++)
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) length--
  return length
}

/** The values in a value, one after another. */
export function valuesOf(value: TemplateValue): Iterable<TemplateValue> {
  if (Array.isArray(value)) return value
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  if (value instanceof Tuple) return value.items
  if (value instanceof ValueStream) return { [Symbol.iterator]: () => value.iterator }
  if (value instanceof Undefined) return []
  if (value instanceof DictView) return value.of[value.kind]()
  if (value instanceof Bytes) return Array.from(value.data, BigInt)
  if (value instanceof Range) return numbersOf(value)
  if (value === null || typeof value !== 'object' || value instanceof Native || value instanceof Slice)
    throw new TemplateProblem(`'${typeOf(value)}' object is not iterable`)
  return value.keys()
}

function* numbersOf(range: Range): Generator<bigint> {
  for (let i = 0; i < range.length; i++) yield range.at(i)
}

// `value.name` and `value[key]`, as jinja2's sandbox looks them up: methods that would change a list or a dict, and names that
// begin with an underscore, are not there.

import { boundsOf, characterAt, charactersOf, indicesOf, partOf } from './characters.ts'
import { characterCount } from './contents.ts'
import { methodsOf } from './methods.ts'
import { figureOf } from './numbers.ts'
import { shown } from './printing.ts'
import {
  Bytes,
  checkIsThere,
  Dict,
  Markup,
  Native,
  Range,
  Slice,
  TemplateProblem,
  type TemplateValue,
  Tuple,
  typeOf,
  Undefined,
} from './values.ts'

/** `value.name`: the value's own field first, then what it holds under that name. */
export function attribute(value: TemplateValue, name: string): TemplateValue {
  checkIsThere(value)
  const field = own(value, name)
  if (field !== undefined) return field
  const found = held(value, name)
  return found === undefined ? notThere(value, name) : found
}

/** `value[key]`: the value that it holds under the key or, failing that, its own field of that name. */
export function item(value: TemplateValue, key: TemplateValue): TemplateValue {
  checkIsThere(value)
  if (key instanceof Slice && !isSliceable(value))
    throw new TemplateProblem(`'${typeOf(value)}' object cannot be sliced`)
  const found = held(value, key)
  if (found !== undefined) return found
  const name = key instanceof Markup ? key.text : key
  const field = typeof name === 'string' ? own(value, name) : undefined
  return field === undefined ? notThere(value, key) : field
}

const isSliceable = (value: TemplateValue): boolean =>
  typeof value === 'string' ||
  Array.isArray(value) ||
  value instanceof Tuple ||
  value instanceof Range ||
  value instanceof Bytes ||
  value instanceof Markup

/** The field of a value itself, such as a method, without what it holds. */
export function own(value: TemplateValue, name: string): TemplateValue | undefined {
  if (value instanceof Native && name !== '__len__') {
    const field = value.field(name)
    if (field !== undefined) return field
  }
  if (value instanceof Tuple) {
    const index = value.names.indexOf(name)
    if (index >= 0) return value.items[index]
  }
  if (changing(value)?.has(name) || /^__.*__$/.test(name))
    return held(value, name) === undefined || !name.startsWith('__')
      ? new Undefined(`access to attribute '${name}' of '${typeOf(value)}' object is unsafe.`)
      : undefined
  return methodsOf(value, name, { attribute, item })
}

const changingList = new Set(['append', 'clear', 'pop', 'reverse', 'insert', 'sort', 'extend', 'remove'])
const changingDict = new Set(['clear', 'pop', 'popitem', 'setdefault', 'update'])

const changing = (value: TemplateValue): ReadonlySet<string> | undefined =>
  Array.isArray(value) ? changingList : value instanceof Dict ? changingDict : undefined

/** The value under a key; undefined where nothing stands there, or no such key can be. */
function held(value: TemplateValue, key: TemplateValue): TemplateValue | undefined {
  if (value instanceof Dict) return isHashable(key) ? value.get(key) : undefined
  if (value instanceof Markup) return held(value.text, key)
  if (typeof value === 'string') {
    const length = characterCount(value)
    if (!(key instanceof Slice)) return characterAt(value, indexOf(key, length))
    const { from, to, by } = boundsOf(key, length)
    if (by === 1) return partOf(value, from, Math.max(from, to))
    const characters = charactersOf(value)
    return indicesOf(key, length)
      .map((i) => characters[i])
      .join('')
  }
  const row = Array.isArray(value) ? value : value instanceof Tuple ? value.items : undefined
  if (row !== undefined) {
    if (!(key instanceof Slice)) return row[indexOf(key, row.length)]
    const items = indicesOf(key, row.length).map((i) => row[i])
    return Array.isArray(value) ? items : new Tuple(items)
  }
  if (value instanceof Range) {
    if (!(key instanceof Slice)) {
      const index = indexOf(key, value.length)
      return index < 0 ? undefined : value.at(index)
    }
    const { from, to, by } = boundsOf(key, value.length)
    return new Range(value.at(from), value.at(to), value.step * BigInt(by))
  }
  if (value instanceof Bytes) {
    if (key instanceof Slice) return new Bytes(Uint8Array.from(indicesOf(key, value.data.length), (i) => value.data[i]))
    const byte = value.data[indexOf(key, value.data.length)]
    return byte === undefined ? undefined : BigInt(byte)
  }
  return undefined
}

/** The place that an int means, counted from the end where it is below 0; −1 where there is none. */
function indexOf(key: TemplateValue, length: number): number {
  const figure = figureOf(key)
  if (typeof figure !== 'bigint') return -1
  const index = Number(figure) + (figure < 0n ? length : 0)
  return index < length ? index : -1
}

const isHashable = (key: TemplateValue): boolean => {
  if (Array.isArray(key) || key instanceof Dict || key instanceof Slice) return false
  return !(key instanceof Tuple) || key.items.every(isHashable)
}

function notThere(value: TemplateValue, key: TemplateValue): Undefined {
  const type = value === null ? 'None' : `${typeOf(value)} object`
  return new Undefined(
    typeof key === 'string' ? `'${type}' has no attribute '${key}'` : `${type} has no element ${keyText(key)}`,
  )
}

function keyText(key: TemplateValue): string {
  try {
    return shown(key)
  } catch (error) {
    if (error instanceof TemplateProblem) return typeOf(key)
    throw error
  }
}

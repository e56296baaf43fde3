// The methods and fields of values.

import { bind } from './arguments.ts'
import { bracesFormat, type LookUp } from './braces.ts'
import { valuesOf } from './contents.ts'
import { bitsOf, type PythonNumber } from './numbers.ts'
import { equals } from './operators.ts'
import { type Method, stringMethods } from './stringMethods.ts'
import {
  Bytes,
  type Callable,
  Dict,
  DictView,
  Markup,
  Native,
  Range,
  TemplateProblem,
  type TemplateValue,
  Tuple,
  typeOf,
} from './values.ts'

/** A function under its name. */
export const native = (name: string, call: Callable, type = 'builtin_function_or_method'): Native =>
  new Native(type, { call, shown: () => `<built-in function ${name}>` })

const finding: Method<TemplateValue> = [
  '/value',
  (row, [value = null]) => {
    let index = 0n
    for (const each of valuesOf(row)) {
      if (equals(each, value)) return index
      index++
    }
    throw new TemplateProblem(`the value is not in ${typeOf(row)}`)
  },
]

const counting: Method<TemplateValue> = [
  '/value',
  (row, [value = null]) => BigInt(Array.from(valuesOf(row)).filter((each) => equals(each, value)).length),
]

const rowMethods: Readonly<Record<string, Method<TemplateValue>>> = { count: counting, index: finding }

const listMethods: Readonly<Record<string, Method<TemplateValue>>> = {
  ...rowMethods,
  copy: ['', (list) => [...valuesOf(list)]],
}

const dictMethods: Readonly<Record<string, Method<Dict>>> = {
  copy: ['', (dict) => new Dict(dict.entries())],
  fromkeys: [
    '/keys /value?',
    (_, [keys = null, value = null]) => new Dict(Array.from(valuesOf(keys), (key) => [key, value])),
  ],
  get: [
    '/key /default?',
    (dict, [key = null, usual = null]) => (dict.has(key) ? (dict.get(key) as TemplateValue) : usual),
  ],
  items: ['', (dict) => new DictView(dict, 'items')],
  keys: ['', (dict) => new DictView(dict, 'keys')],
  values: ['', (dict) => new DictView(dict, 'values')],
}

const bytesMethods: Readonly<Record<string, Method<Bytes>>> = {
  decode: ['encoding? errors?', ({ data }) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)],
  hex: ['', ({ data }) => Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('')],
}

const numberMethods: Readonly<Record<string, Method<PythonNumber>>> = {
  conjugate: ['', (value) => value],
  is_integer: ['', (value) => Number.isInteger(value)],
  bit_length: ['', (value) => BigInt(value === 0n ? 0 : bitsOf(BigInt(value)))],
  bit_count: ['', (value) => BigInt(BigInt(value).toString(2).replaceAll(/[^1]/g, '').length)],
}

/** A value's method or field of a name; undefined where there is none. `lookUp`: how `format` looks its fields up. */
export function methodsOf(value: TemplateValue, name: string, lookUp: LookUp): TemplateValue | undefined {
  const method = <T extends TemplateValue>(
    table: Readonly<Record<string, Method<T>>>,
    of: T,
  ): TemplateValue | undefined => {
    if (!Object.hasOwn(table, name)) return undefined
    const [parameters, run] = table[name]
    return native(name, (positional, named) => run(of, bind(name, parameters, positional, named)))
  }
  if (value instanceof Markup) return methodsOf(value.text, name, lookUp)
  if (typeof value === 'string') {
    if (name === 'format') return native(name, (positional, named) => bracesFormat(value, positional, named, lookUp))
    if (name === 'format_map') return native(name, ([fields]) => bracesFormat(value, [], methodNames(fields), lookUp))
    return method(stringMethods, value)
  }
  if (Array.isArray(value)) return method(listMethods, value)
  if (value instanceof Tuple) return method(rowMethods, value)
  if (value instanceof Dict) return method(dictMethods, value)
  if (value instanceof Bytes) return method(bytesMethods, value)
  if (value instanceof Range)
    return name === 'start' || name === 'stop' || name === 'step' ? value[name] : method(rowMethods, value)
  const isInt = typeof value === 'bigint' || typeof value === 'boolean'
  if (!isInt && typeof value !== 'number') return undefined
  if (name === 'real' || (isInt && name === 'numerator')) return isInt ? BigInt(value) : value
  if (name === 'imag') return isInt ? 0n : 0
  if (isInt && name === 'denominator') return 1n
  return name.startsWith('is_') === isInt ? undefined : method(numberMethods, isInt ? BigInt(value) : value)
}

/** The fields of a dict by their names. */
export function methodNames(fields: TemplateValue): Map<string, TemplateValue> {
  if (!(fields instanceof Dict)) throw new TemplateProblem(`argument after ** must be a mapping, not ${typeOf(fields)}`)
  const names = new Map<string, TemplateValue>()
  for (const [key, value] of fields.entries()) {
    if (typeof key !== 'string') throw new TemplateProblem('keywords must be strings')
    names.set(key, value)
  }
  return names
}

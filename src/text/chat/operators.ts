// Python's operators.

import { checkTextLength, compareTexts, repeatText } from './characters.ts'
import { valuesOf } from './contents.ts'
import { bounded, figureOf, floorDivide, modulo, type PythonNumber, quotient, raised } from './numbers.ts'
import { percentFormat } from './percent.ts'
import { asMarkup, textOf } from './printing.ts'
import {
  Bytes,
  checkIsThere,
  Dict,
  DictView,
  identityOf,
  Markup,
  plain,
  Range,
  TemplateProblem,
  type TemplateValue,
  Tuple,
  typeOf,
  Undefined,
} from './values.ts'

/** The longest list that a template may make. */
const longestList = 1_000_000

export function checkListLength(length: number): void {
  if (length > longestList)
    throw new TemplateProblem(
      `a list becomes longer than ${longestList.toLocaleString('en-US')} values, which is the limit`,
    )
}

export type Arithmetic = '+' | '-' | '*' | '/' | '//' | '%' | '**'

const onFigures: Readonly<Record<Arithmetic, (a: PythonNumber, b: PythonNumber) => PythonNumber>> = {
  '+': (a, b) => (typeof a === 'bigint' && typeof b === 'bigint' ? bounded(a + b) : Number(a) + Number(b)),
  '-': (a, b) => (typeof a === 'bigint' && typeof b === 'bigint' ? bounded(a - b) : Number(a) - Number(b)),
  '*': (a, b) => (typeof a === 'bigint' && typeof b === 'bigint' ? bounded(a * b) : Number(a) * Number(b)),
  '/': quotient,
  '//': floorDivide,
  '%': modulo,
  '**': raised,
}

export function calculate(sign: Arithmetic, a: TemplateValue, b: TemplateValue): TemplateValue {
  checkIsThere(a)
  if (sign === '%' && (typeof a === 'string' || a instanceof Markup)) return percentFormat(a, b)
  checkIsThere(b)
  const [x, y] = [figureOf(a), figureOf(b)]
  if (x !== undefined && y !== undefined) return onFigures[sign](x, y)
  const made = sign === '+' ? joined(a, b) : sign === '*' ? (repeated(a, y) ?? repeated(b, x)) : undefined
  if (made === undefined)
    throw new TemplateProblem(`unsupported operand type(s) for ${sign}: '${typeOf(a)}' and '${typeOf(b)}'`)
  return made
}

function joined(a: TemplateValue, b: TemplateValue): TemplateValue | undefined {
  if (a instanceof Markup || b instanceof Markup) {
    if (typeof plain(a) !== 'string' || typeof plain(b) !== 'string') return undefined
    return new Markup(asMarkup(a).text + asMarkup(b).text)
  }
  if (typeof a === 'string') {
    if (typeof b !== 'string') throw new TemplateProblem(`can only concatenate str (not "${typeOf(b)}") to str`)
    checkTextLength(a.length + b.length)
    return a + b
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    checkListLength(a.length + b.length)
    return [...a, ...b]
  }
  if (a instanceof Tuple && b instanceof Tuple) return new Tuple([...a.items, ...b.items])
  if (a instanceof Bytes && b instanceof Bytes) return new Bytes(Uint8Array.of(...a.data, ...b.data))
  return undefined
}

function repeated(a: TemplateValue, times: PythonNumber | undefined): TemplateValue | undefined {
  if (typeof times !== 'bigint') return undefined
  const count = Math.max(0, Number(times))
  if (typeof a === 'string') return repeatText(a, count)
  if (a instanceof Markup) return new Markup(repeatText(a.text, count))
  const items = Array.isArray(a) ? a : a instanceof Tuple ? a.items : undefined
  if (items === undefined) return undefined
  checkListLength(items.length * count)
  const all = Array.from({ length: count }, () => items).flat()
  return Array.isArray(a) ? all : new Tuple(all)
}

/** −a, +a */
export function signed(sign: '+' | '-', value: TemplateValue): TemplateValue {
  checkIsThere(value)
  const figure = figureOf(value)
  if (figure === undefined) throw new TemplateProblem(`bad operand type for unary ${sign}: '${typeOf(value)}'`)
  return sign === '-' ? -figure : figure
}

export function equals(a: TemplateValue, b: TemplateValue): boolean {
  let left = 1_000_000
  const same = (x: TemplateValue, y: TemplateValue): boolean => {
    if (left-- === 0)
      throw new TemplateProblem('two values with more than 1,000,000 parts are compared, which is the limit')
    if (x === y) return true
    const [m, n] = [figureOf(x), figureOf(y)]
    // biome-ignore lint/suspicious/noDoubleEquals: an int equals a float of the same value
    if (m !== undefined && n !== undefined) return m == n
    if (Array.isArray(x)) return Array.isArray(y) && sameRows(x, y)
    if (x instanceof Tuple) return y instanceof Tuple && sameRows(x.items, y.items)
    if (x instanceof Dict) {
      if (!(y instanceof Dict) || x.size !== y.size) return false
      for (const [key, value] of x.entries()) if (!y.has(key) || !same(value, y.get(key) as TemplateValue)) return false
      return true
    }
    if (x instanceof DictView) {
      if (!(y instanceof DictView) || x.kind === 'values' || x.kind !== y.kind) return false
      return x.kind === 'items'
        ? same(x.of, y.of)
        : x.of.size === y.of.size && [...x.of.keys()].every((k) => y.of.has(k))
    }
    if (x instanceof Undefined) return y instanceof Undefined
    if (typeof plain(x) === 'string') return plain(x) === plain(y)
    const isPlain = x instanceof Range || x instanceof Bytes
    return isPlain && x.constructor === y?.constructor && identityOf(x) === identityOf(y)
  }
  const sameRows = (x: readonly TemplateValue[], y: readonly TemplateValue[]): boolean =>
    x.length === y.length && x.every((each, i) => same(each, y[i]))
  return same(a, b)
}

export type Order = '<' | '<=' | '>' | '>='

/** Below 0 where `a` comes before `b`, above 0 where it comes after, NaN where neither is so. */
export function compare(a: TemplateValue, b: TemplateValue, sign: Order): number {
  checkIsThere(a)
  checkIsThere(b)
  const [x, y] = [figureOf(a), figureOf(b)]
  if (x !== undefined && y !== undefined) return x < y ? -1 : x > y ? 1 : Number.isNaN(x) || Number.isNaN(y) ? NaN : 0
  const [s, t] = [plain(a), plain(b)]
  if (typeof s === 'string' && typeof t === 'string') return compareTexts(s, t)
  const isList = Array.isArray(a) && Array.isArray(b)
  if (isList || (a instanceof Tuple && b instanceof Tuple)) {
    const [p, q] = [[...valuesOf(a)], [...valuesOf(b)]]
    const index = p.findIndex((each, i) => i >= q.length || !equals(each, q[i]))
    return index >= 0 && index < q.length ? compare(p[index], q[index], sign) : p.length - q.length
  }
  throw new TemplateProblem(`'${sign}' not supported between instances of '${typeOf(a)}' and '${typeOf(b)}'`)
}

export const inOrder: Readonly<Record<Order, (difference: number) => boolean>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
}

/** Python's `value in container`. */
export function contains(container: TemplateValue, value: TemplateValue): boolean {
  const text = plain(container)
  if (typeof text === 'string') {
    if (typeof plain(value) !== 'string')
      throw new TemplateProblem(`'in <string>' requires string as left operand, not ${typeOf(value)}`)
    return text.includes(textOf(value))
  }
  if (container instanceof Dict) return container.has(value)
  if (container instanceof DictView && container.kind === 'keys') return container.of.has(value)
  if (container === null || typeof container !== 'object')
    throw new TemplateProblem(`argument of type '${typeOf(container)}' is not iterable`)
  for (const each of valuesOf(container)) if (equals(each, value)) return true
  return false
}

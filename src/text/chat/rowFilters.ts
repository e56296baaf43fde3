// The filters on rows of values.

import { bind } from './arguments.ts'
import { item } from './attributes.ts'
import { reversed } from './characters.ts'
import { isTrue, valuesOf } from './contents.ts'
import { bound, type Filter } from './filter.ts'
import { countOf } from './numbers.ts'
import { calculate, compare, equals } from './operators.ts'
import { textOf } from './printing.ts'
import type { FreeFilter, Run } from './run.ts'
import {
  Dict,
  identityOf,
  Markup,
  Native,
  plain,
  TemplateProblem,
  type TemplateValue,
  Tuple,
  typeOf,
  Undefined,
  ValueStream,
} from './values.ts'

/** Looks up `a.b.0` in a value. */
function getter(path: TemplateValue, fallback?: TemplateValue): (value: TemplateValue) => TemplateValue {
  const name = plain(path)
  const keys: TemplateValue[] =
    name === null
      ? []
      : typeof name === 'string'
        ? name.split('.').map((key) => (/^\d+$/.test(key) ? BigInt(key) : key))
        : [name]
  return (value) => {
    for (const key of keys) {
      value = item(value, key)
      if (fallback !== undefined && fallback !== null && value instanceof Undefined) value = fallback
    }
    return value
  }
}

const folded = (value: TemplateValue, isExact: TemplateValue): TemplateValue =>
  typeof plain(value) === 'string' && !isTrue(isExact) ? textOf(value).toLowerCase() : value

/** The key that values are ordered and told apart by. */
const keyOf = (
  path: TemplateValue,
  isExact: TemplateValue,
  fallback?: TemplateValue,
): ((value: TemplateValue) => TemplateValue) => {
  const get = getter(path, fallback)
  return (value) => folded(get(value), isExact)
}

const inOrderOf = (a: TemplateValue, b: TemplateValue): number => compare(a, b, '<') || 0

function sorted(
  values: TemplateValue[],
  key: (value: TemplateValue) => TemplateValue,
  isReverse: boolean,
  run: Run,
): TemplateValue[] {
  const keyed = values.map((value) => ({ value, key: key(value) }))
  const sign = isReverse ? -1 : 1
  keyed.sort((a, b) => {
    run.spend(1)
    return sign * inOrderOf(a.key, b.key)
  })
  return keyed.map(({ value }) => value)
}

const extreme = (sign: 1 | -1): Filter => [
  'case_sensitive? attribute?',
  (row, [isExact = false, path = null], run) => {
    const key = keyOf(path, isExact)
    const values = run.list(row)
    if (values.length === 0) return new Undefined('No aggregated item, sequence was empty.')
    return values.reduce((best, each) => (sign * inOrderOf(key(each), key(best)) < 0 ? each : best))
  },
]

function checkReversible(row: TemplateValue): void {
  if (row instanceof ValueStream || row instanceof Native || row === null || typeof row !== 'object')
    if (typeof row !== 'string') throw new TemplateProblem(`'${typeOf(row)}' object is not reversible`)
}

const table: Readonly<Record<string, Filter>> = {
  batch: [
    'linecount fill_with?',
    (row, [count = null, fill = null], run) => {
      const size = countOf(count)
      return new ValueStream(batches(run.list(row), size, fill))
    },
  ],
  dictsort: [
    'case_sensitive? by? reverse?',
    (dict, [isExact = false, by = 'key', reverse = false], run) => {
      if (!(dict instanceof Dict)) throw new TemplateProblem(`dictsort needs a dict, not ${typeOf(dict)}`)
      if (by !== 'key' && by !== 'value') throw new TemplateProblem('You can only sort by either "key" or "value"')
      return sorted([...dict.items()], keyOf(by === 'key' ? 0n : 1n, isExact), isTrue(reverse), run)
    },
  ],
  first: ['', (row) => firstOf(valuesOf(row), 'No first item, sequence was empty.')],
  groupby: [
    'attribute default? case_sensitive?',
    (row, [path = null, fallback = null, isExact = false], run) => {
      const key = keyOf(path, isExact, fallback)
      const groups: { key: TemplateValue; values: TemplateValue[] }[] = []
      for (const value of sorted(run.list(row), key, false, run)) {
        const group = groups.at(-1)
        if (group !== undefined && equals(group.key, key(value))) group.values.push(value)
        else groups.push({ key: key(value), values: [value] })
      }
      const exact = getter(path, fallback)
      return groups.map(({ values }) => new Tuple([exact(values[0]), values], ['grouper', 'list']))
    },
  ],
  items: [
    '',
    (dict) => {
      if (!(dict instanceof Dict) && !(dict instanceof Undefined))
        throw new TemplateProblem('Can only get item pairs from a mapping.')
      return new ValueStream(dict instanceof Undefined ? [] : dict.items())
    },
  ],
  join: [
    'd? attribute?',
    (row, [separator = '', path = null], run) => run.list(row).map(getter(path)).map(textOf).join(textOf(separator)),
  ],
  last: [
    '',
    (row, _, run) => {
      if (!(row instanceof Markup)) checkReversible(row)
      return firstOf(run.list(row).slice(-1), 'No last item, sequence was empty.')
    },
  ],
  list: ['', (row, _, run) => run.list(row)],
  max: extreme(-1),
  min: extreme(1),
  random: [
    '',
    (row, _, run) => {
      const values = run.list(row)
      return firstOf(values.slice(Math.floor(Math.random() * values.length)), 'No random item, sequence was empty.')
    },
  ],
  reverse: [
    '',
    (row, _, run) => {
      const text = plain(row)
      if (typeof text === 'string') return reversed(text)
      return row instanceof ValueStream
        ? run.list(row).reverse()
        : new ValueStream(run.list(row).reverse(), `${typeOf(row)}_reverseiterator`)
    },
  ],
  slice: [
    'slices fill_with?',
    (row, [count = null, fill = null], run) => new ValueStream(slices(run.list(row), countOf(count), fill)),
  ],
  sort: [
    'reverse? case_sensitive? attribute?',
    (row, [reverse = false, isExact = false, path = null], run) => {
      const paths = typeof path === 'string' ? path.split(',') : [path]
      const keys = paths.map((each) => keyOf(each, isExact))
      return sorted(run.list(row), (value) => keys.map((key) => key(value)), isTrue(reverse), run)
    },
  ],
  sum: [
    'attribute? start?',
    (row, [path = null, start = 0n], run) => {
      if (typeof start === 'string') throw new TemplateProblem("sum() can't sum strings [use ''.join(seq) instead]")
      return run
        .list(row)
        .map(getter(path))
        .reduce((sum, each) => calculate('+', sum, each), start)
    },
  ],
  unique: [
    'case_sensitive? attribute?',
    (row, [isExact = false, path = null], run) => {
      const key = keyOf(path, isExact)
      const seen = new Set<unknown>()
      const isNew = (value: TemplateValue): boolean => seen.size < seen.add(identityOf(key(value))).size
      return new ValueStream(run.list(row).filter(isNew))
    },
  ],
}

function* batches(values: readonly TemplateValue[], size: number, fill: TemplateValue): Generator<TemplateValue> {
  for (let at = 0; at < values.length; at += Math.max(1, size)) {
    const batch = values.slice(at, at + Math.max(1, size))
    if (fill !== null) while (batch.length < size) batch.push(fill)
    yield batch
  }
}

function* slices(values: readonly TemplateValue[], count: number, fill: TemplateValue): Generator<TemplateValue> {
  if (count === 0) throw new TemplateProblem('integer division or modulo by zero')
  const whole = Math.floor(values.length / count)
  const longer = values.length % count
  for (let i = 0, at = 0; i < count; i++) {
    const length = whole + (i < longer ? 1 : 0)
    yield [...values.slice(at, at + length), ...(fill !== null && i >= longer ? [fill] : [])]
    at += length
  }
}

function firstOf(values: Iterable<TemplateValue>, otherwise: string): TemplateValue {
  for (const value of values) return value
  return new Undefined(otherwise)
}

/** `map`: a filter's name and its arguments, or `attribute=`. */
const map: FreeFilter = (row, positional, named, run) => {
  const [name, ...rest] = positional
  if (name === undefined && !named.has('attribute')) throw new TemplateProblem('map requires a filter argument')
  const change =
    name === undefined
      ? getter(...attributeOf(bind('map', 'attribute default?', [], named)))
      : (value: TemplateValue) => run.filter(textOf(name), value, [rest, new Map(named)])
  return new ValueStream(mapped(row, change, run))
}

const attributeOf = ([path = null, fallback = null]: readonly (TemplateValue | undefined)[]): [
  TemplateValue,
  TemplateValue,
] => [path, fallback]

function* mapped(
  row: TemplateValue,
  change: (value: TemplateValue) => TemplateValue,
  run: Run,
): Generator<TemplateValue> {
  if (isTrue(row)) for (const value of run.values(row)) yield change(value)
}

/** `select`, `reject` and the same by an attribute: a test's name and its arguments. */
const selecting = (isWanted: boolean, hasPath: boolean): FreeFilter => {
  return (row, positional, named, run) => {
    if (hasPath && positional.length === 0) throw new TemplateProblem('Missing parameter for attribute name')
    const get = hasPath ? getter(positional[0]) : (value: TemplateValue) => value
    const [name, ...rest] = positional.slice(hasPath ? 1 : 0)
    const test = (value: TemplateValue): boolean =>
      name === undefined ? isTrue(value) : run.test(textOf(name), value, [rest, new Map(named)])
    return new ValueStream(chosen(row, (value) => test(get(value)) === isWanted, run))
  }
}

function* chosen(row: TemplateValue, isChosen: (value: TemplateValue) => boolean, run: Run): Generator<TemplateValue> {
  if (isTrue(row)) for (const value of run.values(row)) if (isChosen(value)) yield value
}

export const rowFilters: Readonly<Record<string, FreeFilter>> = {
  ...Object.fromEntries(Object.entries(table).map(([name, filter]) => [name, bound(name, filter)])),
  map,
  reject: selecting(false, false),
  rejectattr: selecting(false, true),
  select: selecting(true, false),
  selectattr: selecting(true, true),
}

// The filters that stand behind `|`: those on texts and numbers here, those on rows of values in rowFilters.ts.

import type { Given } from './arguments.ts'
import { own } from './attributes.ts'
import { blank, charactersOf, pad, part, replace, split, splitLines, strip, titleCase } from './characters.ts'
import { isTrue, lengthOf, sizeOf, valuesOf } from './contents.ts'
import { bound, type Filter } from './filter.ts'
import { jsonOf } from './json.ts'
import { bounded, countOf, divide, figureOf, fixed, floatIn, intIn, power, rounded } from './numbers.ts'
import { calculate } from './operators.ts'
import { percentFormat } from './percent.ts'
import { escaped, needText, shown, textOf } from './printing.ts'
import { rowFilters } from './rowFilters.ts'
import type { FreeFilter } from './run.ts'
import { checkIsThere, Dict, Markup, Problem, plain, Tuple, typeOf, Undefined, type Value } from './values.ts'

const ofText = (change: (text: string) => Value): Filter => ['', (value) => change(textOf(value))]

const length: Filter = [
  '',
  (value) => {
    const size = sizeOf(value)
    if (size === undefined) throw new Problem(`object of type '${typeOf(value)}' has no len()`)
    return BigInt(size)
  },
]

const usual: Filter = [
  'default_value? boolean?',
  (value, [fallback = '', boolean = false]) =>
    value instanceof Undefined || (isTrue(boolean) && !isTrue(value)) ? fallback : value,
]

const wordStart = new RegExp(`([-${blank}({[<]+)`)

const table: Readonly<Record<string, Filter>> = {
  abs: [
    '',
    (value) => {
      const figure = figureOf(value)
      if (figure === undefined) throw new Problem(`bad operand type for abs(): '${typeOf(value)}'`)
      return typeof figure === 'number' ? Math.abs(figure) : figure < 0n ? -figure : figure
    },
  ],
  attr: [
    'name',
    (value, [name = null]) => {
      checkIsThere(value)
      const asked = needText(name, 'attr')
      return own(value, asked) ?? new Undefined(`'${typeOf(value)} object' has no attribute '${asked}'`)
    },
  ],
  capitalize: ofText((text) => {
    const [first = '', ...rest] = charactersOf(text)
    return first && titleCase(first) + rest.join('').toLowerCase()
  }),
  center: ['width?', (value, [width = 80n]) => pad(textOf(value), countOf(width), 'center')],
  count: length,
  d: usual,
  default: usual,
  e: ['', escaped],
  escape: ['', escaped],
  filesizeformat: ['binary?', (value, [binary = false]) => sizeText(value, isTrue(binary))],
  float: ['default?', (value, [fallback = 0]) => floatOf(value) ?? fallback],
  forceescape: ['', (value) => escaped(plain(value))],
  indent: [
    'width? first? blank?',
    (value, [width = 4n, first = false, blanks = false]) => indent(value, width, first, blanks),
  ],
  int: ['default? base?', (value, [fallback = 0n, base = 10n]) => intFrom(value, countOf(base)) ?? fallback],
  length,
  lower: ofText((text) => text.toLowerCase()),
  pprint: ['', prettyText],
  replace: [
    'old new count?',
    (value, [old = null, by = null, count = null]) =>
      replace(textOf(value), textOf(old), textOf(by), count === null ? -1 : countOf(count)),
  ],
  round: [
    'precision? method?',
    (value, [precision = 0n, method = 'common']) => round(value, countOf(precision), method),
  ],
  safe: ['', (value) => new Markup(textOf(value))],
  string: ['', (value) => (value instanceof Markup ? value : textOf(value))],
  striptags: ofText(withoutTags),
  title: ofText((text) =>
    text
      .split(wordStart)
      .map((piece) => {
        const [first = '', ...rest] = charactersOf(piece)
        return first.toUpperCase() + rest.join('').toLowerCase()
      })
      .join(''),
  ),
  tojson: ['ensure_ascii? indent? separators? sort_keys?', toJSON],
  trim: ['chars?', (value, [chars = null]) => strip(textOf(value), plain(chars))],
  truncate: ['length? killwords? end? leeway?', truncate],
  upper: ofText((text) => text.toUpperCase()),
  urlencode: ['', urlText],
  wordcount: ofText((text) => BigInt(text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0)),
  xmlattr: ['autospace?', (value, [autospace = true]) => attributesText(value, isTrue(autospace))],
}

const unsupported =
  (name: string): FreeFilter =>
  () => {
    throw new Problem(`the filter '${name}' is not supported`)
  }

export const filters: Readonly<Record<string, FreeFilter>> = {
  ...rowFilters,
  ...Object.fromEntries(Object.entries(table).map(([name, filter]) => [name, bound(name, filter)])),
  format: (value, positional, named) => {
    if (positional.length > 0 && named.size > 0)
      throw new Problem("can't handle positional and keyword arguments at the same time")
    const template = value instanceof Markup ? value : textOf(value)
    return percentFormat(template, named.size > 0 ? new Dict(named) : new Tuple(positional))
  },
  urlize: unsupported('urlize'),
  wordwrap: unsupported('wordwrap'),
}

function floatOf(value: Value): number | undefined {
  checkIsThere(value)
  const figure = figureOf(value)
  return figure === undefined ? floatIn(typeof value === 'string' ? value : '') : Number(figure)
}

function intFrom(value: Value, base: number): bigint | undefined {
  checkIsThere(value)
  const figure = figureOf(plain(value))
  if (typeof figure === 'bigint') return figure
  const whole = typeof value === 'string' ? intIn(value, base) : undefined
  if (whole !== undefined) return whole
  const float = figure ?? (typeof value === 'string' ? floatIn(value) : undefined)
  if (figure === Infinity || figure === -Infinity) throw new Problem('cannot convert float infinity to integer')
  return float === undefined || !Number.isFinite(float) ? undefined : BigInt(Math.trunc(float))
}

function round(value: Value, precision: number, method: Value): Value {
  checkIsThere(value)
  const figure = figureOf(value)
  if (figure === undefined) throw new Problem(`type ${typeOf(value)} doesn't define __round__ method`)
  if (method === 'common') return rounded(figure, precision)
  if (method !== 'ceil' && method !== 'floor') throw new Problem('method must be common, ceil or floor')
  const unit = power(10n, BigInt(precision))
  const scaled = calculate('*', figure, unit)
  const whole = typeof scaled === 'number' ? BigInt(Math[method](scaled)) : (scaled as bigint)
  return divide(bounded(whole), unit)
}

function indent(value: Value, width: Value, first: Value, blanks: Value): string {
  const by = typeof width === 'string' ? width : ' '.repeat(Math.max(0, countOf(width)))
  const lines = splitLines(`${needText(value, 'indent')}\n`)
  const rest = lines.slice(1).map((line) => (line !== '' || isTrue(blanks) ? by + line : line))
  return (isTrue(first) ? by : '') + [lines[0], ...rest].join('\n')
}

function toJSON(value: Value, [ascii = false, indent = null, separators = null, sorted = false]: Given): string {
  const [item, key] = separators === null ? [indent === null ? ', ' : ',', ': '] : [...valuesOf(separators)].map(textOf)
  return jsonOf(value, {
    ascii: isTrue(ascii),
    indent:
      indent === null || typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, Number(figureOf(indent) ?? 0))),
    separators: [item, key],
    isSorted: isTrue(sorted),
  })
}

function truncate(value: Value, [length = 255n, kill = false, end = '...', leeway = null]: Given): string {
  const text = needText(value, 'truncate')
  const [most, mark] = [countOf(length), textOf(end)]
  const markLength = lengthOf(mark)
  if (most < markLength) throw new Problem(`expected length >= ${markLength}, got ${most}`)
  if (lengthOf(text) <= most + (leeway === null ? 5 : countOf(leeway))) return text
  const kept = part(text, 0, most - markLength)
  return (isTrue(kill) ? kept : split(kept, ' ', 1, true)[0]) + mark
}

const quoteURL = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!*'()]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

function urlText(value: Value): string {
  const isRow = typeof value === 'object' && value !== null && !(value instanceof Markup)
  if (!isRow) return quoteURL(textOf(value)).replaceAll('%2F', '/')
  const pairs = value instanceof Dict ? value.items() : valuesOf(value)
  return Array.from(pairs, (pair) =>
    Array.from(valuesOf(pair), (each) => quoteURL(textOf(each)).replaceAll('%20', '+')).join('='),
  ).join('&')
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\xa0' }

/** A text without what stands between two marks. */
function without(text: string, open: string, close: string): string {
  const pieces: string[] = []
  let at = 0
  for (let start = text.indexOf(open); start >= 0; start = text.indexOf(open, at)) {
    const end = text.indexOf(close, start + open.length)
    if (end < 0) break
    pieces.push(text.slice(at, start))
    at = end + close.length
  }
  return pieces.join('') + text.slice(at)
}

function withoutTags(text: string): string {
  const bare = without(without(text, '<!--', '-->'), '<', '>')
  const spaced = split(bare, null, -1).join(' ')
  return spaced.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name === undefined) return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal))
    return entities[name] ?? whole
  })
}

function attributesText(value: Value, hasSpace: boolean): string {
  if (!(value instanceof Dict)) throw new Problem(`xmlattr needs a dict, not ${typeOf(value)}`)
  const items: string[] = []
  for (const [key, each] of value.entries()) {
    if (each === null || each instanceof Undefined) continue
    if (/[\s/>=]/.test(textOf(key))) throw new Problem(`Invalid character in attribute name: ${shown(key)}`)
    items.push(`${escaped(key).text}="${escaped(each).text}"`)
  }
  return (hasSpace && items.length > 0 ? ' ' : '') + items.join(' ')
}

function sizeText(value: Value, isBinary: boolean): string {
  const bytes = floatOf(value)
  if (bytes === undefined) throw new Problem(`could not convert ${typeOf(value)} to float`)
  const base = isBinary ? 1024 : 1000
  if (bytes === 1) return '1 Byte'
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`
  const prefixes = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y']
  const index = prefixes.findIndex((_, i) => bytes < base ** (i + 2))
  const i = index < 0 ? prefixes.length - 1 : index
  const prefix = isBinary ? `${prefixes[i].toUpperCase()}iB` : `${prefixes[i]}B`
  return `${fixed((base * bytes) / base ** (i + 2), 1)} ${prefix}`
}

/** Python sorts the keys and breaks what is wider than 80; only what fits in a line is printed here. */
function prettyText(value: Value): string {
  const sorted = (each: Value): Value => {
    if (Array.isArray(each)) return each.map(sorted)
    if (each instanceof Tuple) return new Tuple(each.items.map(sorted))
    if (!(each instanceof Dict)) return each
    const entries = [...each.entries()].map(([key, inner]) => [key, sorted(inner)] as const)
    return new Dict(entries.sort(([a], [b]) => (textOf(a) < textOf(b) ? -1 : 1)))
  }
  const text = shown(sorted(value))
  if (lengthOf(text) > 80) throw new Problem('pprint of more than 80 characters is not supported')
  return text
}

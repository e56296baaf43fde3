// The filters that stand behind `|`: those on texts and numbers here, those on rows of values in rowFilters.ts.

import type { GivenArguments } from './arguments.ts'
import { own } from './attributes.ts'
import { blank, charactersOf, padded, partOf, replace, splitLines, splitText, strip, titleCase } from './characters.ts'
import { characterCount, isTrue, valueCount, valuesOf } from './contents.ts'
import { bound, type Filter } from './filter.ts'
import { jsonOf } from './json.ts'
import { bounded, countOf, figureOf, fixed, floatIn, intIn, quotient, raised, rounded } from './numbers.ts'
import { calculate } from './operators.ts'
import { percentFormat } from './percent.ts'
import { asMarkup, needText, shown, textOf } from './printing.ts'
import { rowFilters } from './rowFilters.ts'
import type { FreeFilter } from './run.ts'
import {
  checkIsThere,
  Dict,
  Markup,
  plain,
  TemplateProblem,
  type TemplateValue,
  Tuple,
  typeOf,
  Undefined,
} from './values.ts'

const ofText = (change: (text: string) => TemplateValue): Filter => ['', (value) => change(textOf(value))]

const length: Filter = [
  '',
  (value) => {
    const size = valueCount(value)
    if (size === undefined) throw new TemplateProblem(`object of type '${typeOf(value)}' has no len()`)
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
      if (figure === undefined) throw new TemplateProblem(`bad operand type for abs(): '${typeOf(value)}'`)
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
  center: ['width?', (value, [width = 80n]) => padded(textOf(value), countOf(width), 'center')],
  count: length,
  d: usual,
  default: usual,
  e: ['', asMarkup],
  escape: ['', asMarkup],
  filesizeformat: ['binary?', (value, [binary = false]) => sizeText(value, isTrue(binary))],
  float: ['default?', (value, [fallback = 0]) => floatOf(value) ?? fallback],
  forceescape: ['', (value) => asMarkup(plain(value))],
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
    throw new TemplateProblem(`the filter '${name}' is not supported`)
  }

export const filters: Readonly<Record<string, FreeFilter>> = {
  ...rowFilters,
  ...Object.fromEntries(Object.entries(table).map(([name, filter]) => [name, bound(name, filter)])),
  format: (value, positional, named) => {
    if (positional.length > 0 && named.size > 0)
      throw new TemplateProblem("can't handle positional and keyword arguments at the same time")
    const template = value instanceof Markup ? value : textOf(value)
    return percentFormat(template, named.size > 0 ? new Dict(named) : new Tuple(positional))
  },
  urlize: unsupported('urlize'),
  wordwrap: unsupported('wordwrap'),
}

function floatOf(value: TemplateValue): number | undefined {
  checkIsThere(value)
  const figure = figureOf(value)
  return figure === undefined ? floatIn(typeof value === 'string' ? value : '') : Number(figure)
}

function intFrom(value: TemplateValue, base: number): bigint | undefined {
  checkIsThere(value)
  const figure = figureOf(plain(value))
  if (typeof figure === 'bigint') return figure
  const whole = typeof value === 'string' ? intIn(value, base) : undefined
  if (whole !== undefined) return whole
  const float = figure ?? (typeof value === 'string' ? floatIn(value) : undefined)
  if (figure === Infinity || figure === -Infinity) throw new TemplateProblem('cannot convert float infinity to integer')
  return float === undefined || !Number.isFinite(float) ? undefined : BigInt(Math.trunc(float))
}

function round(value: TemplateValue, precision: number, method: TemplateValue): TemplateValue {
  checkIsThere(value)
  const figure = figureOf(value)
  if (figure === undefined) throw new TemplateProblem(`type ${typeOf(value)} doesn't define __round__ method`)
  if (method === 'common') return rounded(figure, precision)
  if (method !== 'ceil' && method !== 'floor') throw new TemplateProblem('method must be common, ceil or floor')
  const unit = raised(10n, BigInt(precision))
  const scaled = calculate('*', figure, unit)
  const whole = typeof scaled === 'number' ? BigInt(Math[method](scaled)) : (scaled as bigint)
  return quotient(bounded(whole), unit)
}

function indent(value: TemplateValue, width: TemplateValue, first: TemplateValue, blanks: TemplateValue): string {
  const by = typeof width === 'string' ? width : ' '.repeat(Math.max(0, countOf(width)))
  const lines = splitLines(`${needText(value, 'indent')}\n`)
  const rest = lines.slice(1).map((line) => (line !== '' || isTrue(blanks) ? by + line : line))
  return (isTrue(first) ? by : '') + [lines[0], ...rest].join('\n')
}

function toJSON(
  value: TemplateValue,
  [ascii = false, indent = null, separators = null, sorted = false]: GivenArguments,
): string {
  const [item, key] = separators === null ? [indent === null ? ', ' : ',', ': '] : [...valuesOf(separators)].map(textOf)
  return jsonOf(value, {
    ascii: isTrue(ascii),
    indent:
      indent === null || typeof indent === 'string' ? indent : ' '.repeat(Math.max(0, Number(figureOf(indent) ?? 0))),
    separators: [item, key],
    isSorted: isTrue(sorted),
  })
}

function truncate(
  value: TemplateValue,
  [length = 255n, kill = false, end = '...', leeway = null]: GivenArguments,
): string {
  const text = needText(value, 'truncate')
  const [most, mark] = [countOf(length), textOf(end)]
  const markLength = characterCount(mark)
  if (most < markLength) throw new TemplateProblem(`expected length >= ${markLength}, got ${most}`)
  if (characterCount(text) <= most + (leeway === null ? 5 : countOf(leeway))) return text
  const kept = partOf(text, 0, most - markLength)
  return (isTrue(kill) ? kept : splitText(kept, ' ', 1, true)[0]) + mark
}

const quoteURL = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!*'()]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`)

function urlText(value: TemplateValue): string {
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
  const spaced = splitText(bare, null, -1).join(' ')
  return spaced.replaceAll(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name === undefined) return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal))
    return entities[name] ?? whole
  })
}

function attributesText(value: TemplateValue, hasSpace: boolean): string {
  if (!(value instanceof Dict)) throw new TemplateProblem(`xmlattr needs a dict, not ${typeOf(value)}`)
  const items: string[] = []
  for (const [key, each] of value.entries()) {
    if (each === null || each instanceof Undefined) continue
    if (/[\s/>=]/.test(textOf(key))) throw new TemplateProblem(`Invalid character in attribute name: ${shown(key)}`)
    items.push(`${asMarkup(key).text}="${asMarkup(each).text}"`)
  }
  return (hasSpace && items.length > 0 ? ' ' : '') + items.join(' ')
}

function sizeText(value: TemplateValue, isBinary: boolean): string {
  const bytes = floatOf(value)
  if (bytes === undefined) throw new TemplateProblem(`could not convert ${typeOf(value)} to float`)
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
function prettyText(value: TemplateValue): string {
  const sorted = (each: TemplateValue): TemplateValue => {
    if (Array.isArray(each)) return each.map(sorted)
    if (each instanceof Tuple) return new Tuple(each.items.map(sorted))
    if (!(each instanceof Dict)) return each
    const entries = [...each.entries()].map(([key, inner]) => [key, sorted(inner)] as const)
    return new Dict(entries.sort(([a], [b]) => (textOf(a) < textOf(b) ? -1 : 1)))
  }
  const text = shown(sorted(value))
  if (characterCount(text) > 80) throw new TemplateProblem('pprint of more than 80 characters is not supported')
  return text
}

// The methods of Python's str, each with its parameters (arguments.ts); `format` and `format_map` stand in methods.ts.

import type { GivenArguments } from './arguments.ts'
import {
  charactersOf,
  countIn,
  isBlank,
  padded,
  partOf,
  replace,
  splitLines,
  splitText,
  strip,
  titleCase,
} from './characters.ts'
import { characterCount, valuesOf } from './contents.ts'
import { countOf } from './numbers.ts'
import { needText, textOf } from './printing.ts'
import { Bytes, Dict, TemplateProblem, type TemplateValue, Tuple, typeOf } from './values.ts'

export type Method<T> = readonly [parameters: string, run: (value: T, given: GivenArguments) => TemplateValue]

const isCased = /\p{Lowercase}|\p{Uppercase}|\p{Lt}/u
const word = /[\p{Lowercase}\p{Uppercase}\p{Lt}]+/gu
// Signs that stand for a number without being digits in a row of ten.
const digit = String.raw`\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒`
const numeric = String.raw`${digit}\p{N}〇一二三四五六七八九十百千万亿零兩億壹贰叁`

const all = (characters: string): Method<string> => {
  const pattern = new RegExp(`^[${characters}]+$`, 'u')
  return ['', (text) => pattern.test(text)]
}

const cut = (text: string, [start, stop]: GivenArguments): string => {
  const length = characterCount(text)
  const at = (value: TemplateValue | undefined, usual: number) => {
    if (value === undefined || value === null) return usual
    const place = countOf(value)
    return place < 0 ? Math.max(0, place + length) : place
  }
  const [from, to] = [at(start, 0), at(stop, length)]
  return from > length ? '\0none' : partOf(text, from, Math.max(from, to))
}

/** Where a text stands in another, in characters from its start; −1 where it does not. */
function find(text: string, [sub, ...range]: GivenArguments, fromRight: boolean): number {
  const sought = needText(sub ?? null, 'find')
  const inside = cut(text, range)
  if (inside === '\0none') return -1
  const index = fromRight ? inside.lastIndexOf(sought) : inside.indexOf(sought)
  if (index < 0) return -1
  const length = characterCount(text)
  const start = range[0] === undefined || range[0] === null ? 0 : countOf(range[0])
  return characterCount(inside.slice(0, index)) + (start < 0 ? Math.max(0, start + length) : start)
}

const finding = (fromRight: boolean, isStrict: boolean): Method<string> => [
  '/sub /start? /end?',
  (text, given) => {
    const index = find(text, given, fromRight)
    if (index < 0 && isStrict) throw new TemplateProblem('substring not found')
    return BigInt(index)
  },
]

const edge = (name: string, test: (text: string, piece: string) => boolean): Method<string> => [
  '/prefix /start? /end?',
  (text, [piece, ...range]) => {
    const inside = cut(text, range)
    const pieces = piece instanceof Tuple ? piece.items : [piece ?? null]
    return inside !== '\0none' && pieces.some((each) => test(inside, needText(each, name)))
  },
]

const stripping = (ends: 'both' | 'left' | 'right'): Method<string> => [
  '/chars?',
  (text, [chars]) => strip(text, chars === undefined ? null : chars, ends),
]

const splitting = (fromRight: boolean): Method<string> => [
  'sep? maxsplit?',
  (text, [sep = null, limit = -1n]) =>
    splitText(text, sep === null ? null : needText(sep, 'split'), countOf(limit), fromRight),
]

const padding = (side: 'left' | 'right' | 'center'): Method<string> => [
  '/width /fillchar?',
  (text, [width = null, fill = ' ']) => {
    if (typeof fill !== 'string' || characterCount(fill) !== 1)
      throw new TemplateProblem('The fill character must be exactly one character long')
    return padded(text, countOf(width), side, fill)
  },
]

const parting = (fromRight: boolean): Method<string> => [
  '/sep',
  (text, [sep = null]) => {
    const separator = needText(sep, 'partition')
    if (separator === '') throw new TemplateProblem('empty separator')
    const index = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator)
    if (index < 0) return new Tuple(fromRight ? ['', '', text] : [text, '', ''])
    return new Tuple([text.slice(0, index), separator, text.slice(index + separator.length)])
  },
]

const firstBig = (text: string): string => {
  const [first = '', ...rest] = charactersOf(text)
  return first === '' ? '' : titleCase(first) + rest.join('').toLowerCase()
}

export const stringMethods: Readonly<Record<string, Method<string>>> = {
  capitalize: ['', firstBig],
  casefold: ['', (text) => text.replaceAll('ß', 'ss').replaceAll('ẞ', 'ss').toLowerCase().replaceAll('ς', 'σ')],
  center: padding('center'),
  count: [
    '/sub /start? /end?',
    (text, [sub = null, ...range]) => {
      const sought = needText(sub, 'count')
      const inside = cut(text, range)
      if (inside === '\0none') return 0n
      return BigInt(sought === '' ? characterCount(inside) + 1 : countIn(inside, sought))
    },
  ],
  encode: [
    'encoding? errors?',
    (text, [encoding = 'utf-8']) => {
      const name = textOf(encoding).toLowerCase().replaceAll(/[-_]/g, '')
      if (name === 'utf8') return new Bytes(new TextEncoder().encode(text))
      if (name !== 'ascii')
        throw new TemplateProblem(`the encoding ${textOf(encoding)} is not supported; utf-8 and ascii are`)
      if (/[^\x00-\x7f]/.test(text)) throw new TemplateProblem("'ascii' codec can't encode the text")
      return new Bytes(new TextEncoder().encode(text))
    },
  ],
  endswith: edge('endswith', (text, piece) => text.endsWith(piece)),
  expandtabs: [
    'tabsize?',
    (text, [size = 8n]) => {
      let column = 0
      return Array.from(text, (each) => {
        if (each === '\n' || each === '\r') column = -1
        const width = each === '\t' ? (countOf(size) > 0 ? countOf(size) - (column % countOf(size)) : 0) : 1
        column += width
        return each === '\t' ? ' '.repeat(width) : each
      }).join('')
    },
  ],
  find: finding(false, false),
  index: finding(false, true),
  isalnum: all(String.raw`\p{L}${numeric}`),
  isalpha: all(String.raw`\p{L}`),
  isascii: ['', (text) => /^[\x00-\x7f]*$/.test(text)],
  isdecimal: all(String.raw`\p{Nd}`),
  isdigit: all(digit),
  isidentifier: ['', (text) => /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(text)],
  islower: ['', (text) => /\p{Lowercase}/u.test(text) && !/\p{Uppercase}|\p{Lt}/u.test(text)],
  isnumeric: all(numeric),
  isprintable: ['', (text) => !/[\p{C}\p{Z}]/u.test(text.replaceAll(' ', ''))],
  isspace: ['', isBlank],
  istitle: [
    '',
    (text) =>
      isCased.test(text) &&
      (text.match(word) ?? []).every((each) => /^[\p{Uppercase}\p{Lt}]\p{Lowercase}*$/u.test(each)),
  ],
  isupper: ['', (text) => /\p{Uppercase}/u.test(text) && !/\p{Lowercase}|\p{Lt}/u.test(text)],
  join: [
    '/iterable',
    (text, [values = null]) =>
      Array.from(valuesOf(values), (each, i) => {
        if (typeof each === 'string') return each
        throw new TemplateProblem(`sequence item ${i}: expected str instance, ${typeOf(each)} found`)
      }).join(text),
  ],
  ljust: padding('left'),
  lower: ['', (text) => text.toLowerCase()],
  lstrip: stripping('left'),
  partition: parting(false),
  removeprefix: [
    '/prefix',
    (text, [prefix = null]) =>
      text.startsWith(needText(prefix, 'removeprefix')) ? text.slice(textOf(prefix).length) : text,
  ],
  removesuffix: [
    '/suffix',
    (text, [suffix = null]) =>
      text.endsWith(needText(suffix, 'removesuffix')) ? text.slice(0, text.length - textOf(suffix).length) : text,
  ],
  replace: [
    '/old /new /count?',
    (text, [old = null, by = null, count = -1n]) =>
      replace(text, needText(old, 'replace'), needText(by, 'replace'), countOf(count)),
  ],
  rfind: finding(true, false),
  rindex: finding(true, true),
  rjust: padding('right'),
  rpartition: parting(true),
  rsplit: splitting(true),
  rstrip: stripping('right'),
  split: splitting(false),
  splitlines: ['keepends?', (text, [keeps = false]) => splitLines(text, keeps === true)],
  startswith: edge('startswith', (text, piece) => text.startsWith(piece)),
  strip: stripping('both'),
  swapcase: [
    '',
    (text) =>
      Array.from(text, (each) => (/\p{Uppercase}/u.test(each) ? each.toLowerCase() : each.toUpperCase())).join(''),
  ],
  title: ['', (text) => text.replaceAll(word, firstBig)],
  translate: [
    '/table',
    (text, [table = null]) => {
      if (!(table instanceof Dict)) throw new TemplateProblem(`translate() needs a dict, not ${typeOf(table)}`)
      return Array.from(text, (each) => {
        const by = table.get(BigInt(each.codePointAt(0) ?? 0))
        return by === undefined
          ? each
          : by === null
            ? ''
            : typeof by === 'bigint'
              ? String.fromCodePoint(Number(by))
              : textOf(by)
      }).join('')
    },
  ],
  upper: ['', (text) => text.toUpperCase()],
  zfill: [
    '/width',
    (text, [width = null]) => {
      const [, sign, rest] = /^([+-]?)(.*)$/s.exec(text) ?? []
      return sign + padded(rest, countOf(width) - sign.length, 'right', '0')
    },
  ],
}

// Cuts a template into tokens, as jinja2's lexer does with trim_blocks and lstrip_blocks:
//
//   {% … %}   takes the line end after it along, and the blanks before it if nothing else stands there in its line
//   {%- -%}   takes all blanks on its side along;   {%+ +%}   takes none
//   {{ … }}   takes none, {{- -}} all

import { blank, isBlank, strip } from './characters.ts'

export interface Token {
  /** A text between tags, the beginning or end of a tag, a kind of literal, or the operator itself. */
  readonly kind: 'data' | '{{' | '}}' | '{%' | '%}' | 'name' | 'string' | 'int' | 'float' | 'operator' | 'end'
  readonly text: string
  readonly line: number
}

/** The error for a template that is written wrongly. */
export class Broken extends Error {
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

const tag = new RegExp(
  String.raw`(?<raw>\{%(?:[-+]|)[${blank}]*raw[${blank}]*(?:-%\}[${blank}]*|%\}))|(?<open>\{\{|\{%|\{#)(?:[-+]|)`,
  'g',
)
const endRaw = new RegExp(String.raw`\{%(?:[-+]|)[${blank}]*endraw[${blank}]*(?:\+%\}|-%\}[${blank}]*|%\}\n?)`, 'g')
const endComment = new RegExp(String.raw`\+#\}|-#\}[${blank}]*|#\}\n?`, 'g')
const endTag = {
  '{{': new RegExp(String.raw`-\}\}[${blank}]*|\}\}`, 'y'),
  '{%': new RegExp(String.raw`\+%\}|-%\}[${blank}]*|%\}\n?`, 'y'),
}

const digits = String.raw`(?:\d+_)*\d+`
const inTag: readonly (readonly [Token['kind'] | 'blank', RegExp])[] = [
  ['blank', new RegExp(`[${blank}]+`, 'y')],
  ['float', new RegExp(String.raw`(?<!\.)${digits}(?:(?:\.${digits})?e[+-]?${digits}|\.${digits})`, 'iy')],
  ['int', /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy],
  ['name', /[\p{ID_Continue}_]+/uy],
  ['string', /'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*"/sy],
  ['operator', /\/\/|\*\*|==|!=|>=|<=|[+\-/*%~[\](){}><=.:|,;]/y],
]
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }

/** A template's tokens; the last is `end`. */
export function tokensOf(template: string): Token[] {
  const source = template.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '')
  const tokens: Token[] = []
  let at = 0
  let line = 1
  let lineStarts = true

  const push = (kind: Token['kind'], text: string): number => tokens.push({ kind, text, line })
  const advance = (to: number): void => {
    for (let i = at; i < to; i++) if (source[i] === '\n') line++
    lineStarts = source[to - 1] === '\n'
    at = to
  }
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    return pattern.exec(source)
  }
  /** A text before a tag, without the blanks that the tag takes along. */
  const data = (text: string, sign: string, isExpression: boolean): void => {
    if (sign === '-') text = strip(text, null, 'right')
    else if (sign !== '+' && !isExpression) {
      const start = text.lastIndexOf('\n') + 1
      if ((start > 0 || lineStarts) && isBlank(text.slice(start))) text = text.slice(0, start)
    }
    if (text !== '') push('data', text)
  }
  /** All up to the end of something that is opened here. */
  const until = (end: RegExp, what: string): [text: string, end: RegExpExecArray] => {
    const found = match(end)
    if (found === null) throw new Broken(`Missing end of ${what}`, line)
    return [source.slice(at, found.index), found]
  }

  const tagTokens = (open: '{{' | '{%'): void => {
    const brackets: string[] = []
    for (;;) {
      const end = brackets.length === 0 ? match(endTag[open]) : null
      if (end !== null) {
        push(open === '{{' ? '}}' : '%}', end[0])
        advance(at + end[0].length)
        return
      }
      let found: RegExpExecArray | null = null
      const kind = inTag.find(([, pattern]) => (found = match(pattern)))?.[0]
      const text = (found as RegExpExecArray | null)?.[0]
      if (kind === undefined || text === undefined) {
        if (at >= source.length) return
        throw new Broken(`unexpected char '${String.fromCodePoint(source.codePointAt(at) ?? 0)}'`, line)
      }
      if (kind === 'name' && !/^[\p{ID_Start}_]/u.test(text)) throw new Broken('Invalid character in identifier', line)
      if (kind === 'operator') {
        const expected = closers[text]
        if (expected !== undefined) brackets.push(expected)
        else if (')]}'.includes(text)) {
          const due = brackets.pop()
          if (due !== text)
            throw new Broken(`unexpected '${text}'${due === undefined ? '' : `, expected '${due}'`}`, line)
        }
      }
      if (kind !== 'blank') push(kind, text)
      advance(at + text.length)
    }
  }

  while (at < source.length) {
    const found = match(tag)
    if (found === null) {
      push('data', source.slice(at))
      break
    }
    const open = found.groups?.['open'] ?? '{%'
    data(source.slice(at, found.index), found[0][2], open === '{{')
    advance(found.index)
    if (found.groups?.['raw'] !== undefined) {
      advance(at + found[0].length)
      const [text, end] = until(endRaw, 'raw directive')
      data(text, end[0][2], false)
      advance(end.index + end[0].length)
    } else if (open === '{#') {
      advance(at + found[0].length)
      const [, end] = until(endComment, 'comment tag')
      advance(end.index + end[0].length)
    } else {
      push(open as '{{' | '{%', open)
      advance(at + found[0].length)
      tagTokens(open as '{{' | '{%')
    }
  }
  push('end', '')
  return tokens
}

const simple: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
}

/** The text that a string literal stands for. */
export function unquoted({ text, line }: Token): string {
  return text
    .slice(1, -1)
    .replaceAll(/\\(?:([0-7]{1,3})|x(.{0,2})|u(.{0,4})|U(.{0,8})|(N)|(.))/gs, (whole, octal, x, u, U, N, other) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8))
      const hex = x ?? u ?? U
      if (hex !== undefined) {
        const length = x !== undefined ? 2 : u !== undefined ? 4 : 8
        const code = /^[\da-fA-F]+$/.test(hex) && hex.length === length ? Number.parseInt(hex, 16) : Infinity
        if (code > 0x10ffff) throw new Broken(`truncated ${whole.slice(0, 2)} escape in a string`, line)
        return String.fromCodePoint(code)
      }
      if (N !== undefined) throw new Broken('characters by their names (\\N{…}) are not supported in a string', line)
      return simple[other] ?? (`'"\\`.includes(other) ? other : whole)
    })
}

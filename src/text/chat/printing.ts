// How Python prints values: `str` for what a template writes, `repr` for what stands inside of lists and dicts.

import { charactersOf, checkTextLength } from './characters.ts'
import { floatText } from './numbers.ts'
import {
  Bytes,
  Dict,
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
  type ValueStream,
} from './values.ts'

/** Python's `str(value)`. */
export function textOf(value: TemplateValue): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  return value instanceof Undefined ? '' : shown(value)
}

/** Python's `repr(value)`. */
export function shown(value: TemplateValue): string {
  const pieces = new Pieces()
  write(value, pieces)
  return pieces.text()
}

/** The printed form of a value, in pieces. Lists that hold a list twice, and so on, print without end. */
export class Pieces {
  readonly #pieces: string[] = []
  #values = 0

  /** A value begins. */
  count(): void {
    if (++this.#values > 1_000_000)
      throw new TemplateProblem('a value with more than 1,000,000 parts is printed, which is the limit')
  }

  say(text: string): void {
    this.#pieces.push(text)
  }

  text(): string {
    checkTextLength(this.#pieces.reduce((length, piece) => length + piece.length, 0))
    return this.#pieces.join('')
  }
}

function write(value: TemplateValue, pieces: Pieces): void {
  pieces.count()
  if (Array.isArray(value)) writeRow('[', value, ']', pieces)
  else if (value instanceof Tuple) writeRow('(', value.items, value.items.length === 1 ? ',)' : ')', pieces)
  else if (value instanceof DictView) writeRow(`dict_${value.kind}([`, value.of[value.kind](), '])', pieces)
  else if (value instanceof Slice) writeRow('slice(', value.parts, ')', pieces)
  else if (value instanceof Dict) {
    let before = '{'
    for (const [key, each] of value.entries()) {
      pieces.say(before)
      write(key, pieces)
      pieces.say(': ')
      write(each, pieces)
      before = ', '
    }
    pieces.say(value.size === 0 ? '{}' : '}')
  } else pieces.say(shownAlone(value))
}

function writeRow(open: string, values: Iterable<TemplateValue>, close: string, pieces: Pieces): void {
  pieces.say(open)
  let isFirst = true
  for (const each of values) {
    if (!isFirst) pieces.say(', ')
    isFirst = false
    write(each, pieces)
  }
  pieces.say(close)
}

/** A value without others in it. */
function shownAlone(value: Exclude<TemplateValue, readonly TemplateValue[] | Tuple | DictView | Slice | Dict>): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'bigint') return intText(value)
  if (typeof value === 'number') return floatText(value)
  if (typeof value === 'string') return quotedInPython(value)
  if (value instanceof Undefined) return 'Undefined'
  if (value instanceof Markup) return `Markup(${quotedInPython(value.text)})`
  if (value instanceof Range) return `range(${value.start}, ${value.stop}${value.step === 1n ? '' : `, ${value.step}`})`
  return value instanceof Bytes ? bytesText(value.data) : nativeText(value)
}

function nativeText(value: Native | ValueStream): string {
  if (value instanceof Native && value.shown) return value.shown()
  throw new TemplateProblem(
    `a ${typeOf(value)} is printed, which says nothing but an address in memory; a list of its values prints (| list)`,
  )
}

function intText(value: bigint): string {
  const text = value.toString()
  if (text.length > 4301) throw new TemplateProblem('a number has more than 4,300 digits, which is the limit')
  return text
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text in quotes, as Python writes it. */
function quotedInPython(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inside = text.replaceAll(/[\\'\p{C}\p{Z}]/gu, (each) => {
    if (each === ' ' || (each === "'" && quote === '"')) return each
    if (each === "'") return "\\'"
    return escapes[each] ?? codeText(each)
  })
  return quote + inside + quote
}

function codeText(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const hex = (digits: number) => code.toString(16).padStart(digits, '0')
  return code < 0x100 ? `\\x${hex(2)}` : code < 0x1_0000 ? `\\u${hex(4)}` : `\\U${hex(8)}`
}

function bytesText(data: Uint8Array): string {
  const text = Array.from(data, (byte) => String.fromCharCode(byte)).join('')
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const inside = text.replaceAll(/[\\'\x00-\x1f\x7f-\xff]/g, (each) =>
    each === "'" ? (quote === '"' ? each : "\\'") : (escapes[each] ?? codeText(each)),
  )
  return `b${quote}${inside}${quote}`
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
}

/** A value as HTML that shows its text; what is HTML already stays. */
export const asMarkup = (value: TemplateValue): Markup =>
  value instanceof Markup ? value : new Markup(textOf(value).replaceAll(/[&<>"']/g, (each) => htmlEscapes[each]))

/** A text, where Python takes nothing else. */
export function needText(value: TemplateValue, what: string): string {
  if (typeof value === 'string') return value
  if (value instanceof Markup) return value.text
  if (value instanceof Undefined) throw new TemplateProblem(value.message)
  throw new TemplateProblem(`${what}: expected a str, not ${typeOf(value)}`)
}

/** Python's `ascii`: a text with every other character as an escape. */
export const asciiText = (text: string): string =>
  Array.from(charactersOf(text), (each) => (each > '\x7f' ? codeText(each) : each)).join('')

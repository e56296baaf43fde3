// Python's format specifications: `>8`, `05d`, `.2f`, `,`, as `"{:>8}".format(x)` has them; `%` uses the same.
//
//   [[fill]align][sign][#][0][width][grouping][.precision][type]

import { padded, partOf } from './characters.ts'
import { characterCount } from './contents.ts'
import { exponentText, figureOf, fixed, floatText, type PythonNumber, scientific } from './numbers.ts'
import { textOf } from './printing.ts'
import { Markup, TemplateProblem, type TemplateValue, typeOf } from './values.ts'

export interface Spec {
  readonly fill?: string
  readonly align?: string
  readonly sign?: string
  readonly isAlternate?: boolean
  readonly width?: number
  readonly grouping?: string
  readonly precision?: number
  readonly type?: string
}

/** More digits after the point than any format may ask for. */
const mostDigits = 10_000

export function parseSpec(text: string): Spec {
  const found = /^(?:(.)?([<>=^]))?([+\- ])?z?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su.exec(text)
  if (!found) throw new TemplateProblem(`Invalid format specifier '${text}'`)
  const [, fill, align, sign, alternate, zero, width, grouping, precision, type] = found
  return {
    fill: fill ?? (zero ? '0' : undefined),
    align: align ?? (zero ? '=' : undefined),
    sign,
    isAlternate: alternate !== undefined,
    width: width === undefined ? undefined : Number(width),
    grouping,
    precision: precision === undefined ? undefined : Number(precision),
    type,
  }
}

export function format(value: TemplateValue, spec: Spec): string {
  const { precision = 0, type } = spec
  if (precision > mostDigits)
    throw new TemplateProblem(`a format asks for ${precision} digits; ${mostDigits} are the limit`)
  const isText = typeof value === 'string' || value instanceof Markup
  if (isText) {
    if (type !== undefined && type !== 's') throw unknownCode(type, value)
    if (spec.sign || spec.align === '=')
      throw new TemplateProblem('a sign or "=" is not allowed in the format of a str')
    const text = textOf(value)
    return aligned('', spec.precision === undefined ? text : partOf(text, 0, precision), spec, '<')
  }
  const isBare = Object.values(spec).every((each) => each === undefined || each === false)
  if (isBare && typeof value === 'boolean') return textOf(value)
  const figure = figureOf(value)
  if (figure === undefined) {
    if (!isBare) throw new TemplateProblem(`unsupported format string passed to ${typeOf(value)}.__format__`)
    return textOf(value)
  }
  const isNegative = figure < 0 || Object.is(figure, -0)
  const sign = isNegative ? '-' : spec.sign === '+' || spec.sign === ' ' ? spec.sign : ''
  const [prefix, digits] = digitsOf(figure, spec)
  return aligned(sign + prefix, digits, spec, '>')
}

const unknownCode = (type: string, value: TemplateValue): TemplateProblem =>
  new TemplateProblem(`Unknown format code '${type}' for object of type '${typeOf(value)}'`)

/** The prefix and the digits of a number without its sign. */
function digitsOf(value: PythonNumber, spec: Spec): [prefix: string, digits: string] {
  const { type = typeof value === 'bigint' ? 'd' : 'r', isAlternate = false, grouping } = spec
  if (typeof value === 'bigint' && 'dnbcoxX'.includes(type)) {
    if (spec.precision !== undefined) throw new TemplateProblem('Precision not allowed in integer format specifier')
    const size = value < 0n ? -value : value
    if (type === 'c') return ['', String.fromCodePoint(Number(size))]
    const radix = { b: 2, o: 8, x: 16, X: 16 }[type] ?? 10
    const text = size.toString(radix)
    const digits = type === 'X' ? text.toUpperCase() : text
    return [isAlternate && radix !== 10 ? `0${type}` : '', grouped(digits, grouping, radix === 10 ? 3 : 4)]
  }
  const number = Number(value)
  if (!Number.isFinite(number))
    return ['', 'FEG'.includes(type) ? floatText(Math.abs(number)).toUpperCase() : floatText(Math.abs(number))]
  const digits = floatDigits(number, value, type, spec)
  const [, whole, rest] = /^(\d+)(.*)$/.exec(digits) ?? ['', digits, '']
  return ['', grouped(whole, grouping, 3) + rest]
}

function floatDigits(number: number, value: PythonNumber, type: string, { precision, isAlternate }: Spec): string {
  switch (type) {
    case 'f':
    case 'F':
      return (
        fixed(typeof value === 'bigint' ? value : number, precision ?? 6) + (isAlternate && precision === 0 ? '.' : '')
      )
    case '%':
      return `${fixed(number * 100, precision ?? 6)}%`
    case 'e':
    case 'E': {
      const [digits, exponent] = scientific(number, (precision ?? 6) + 1)
      const point = digits.length > 1 ? '.' : ''
      const text = digits[0] + point + digits.slice(1) + exponentText(exponent)
      return type === 'E' ? text.toUpperCase() : text
    }
    case 'r':
      return precision === undefined ? floatText(Math.abs(number)) : general(number, precision || 1, true, false)
    case 'g':
    case 'G':
    case 'n': {
      const text = general(number, precision === undefined ? 6 : precision || 1, false, isAlternate === true)
      return type === 'G' ? text.toUpperCase() : text
    }
    default:
      throw unknownCode(type, value)
  }
}

/** So many digits that count, with an exponent where it would be long. A float without a type keeps a digit after the point. */
function general(value: number, count: number, keepsPoint: boolean, keepsZeros: boolean): string {
  const [all, exponent] = scientific(value, count)
  const digits = keepsZeros ? all : all.replace(/0+$/, '') || '0'
  if (exponent < -4 || exponent >= count - (keepsPoint ? 1 : 0)) {
    return digits[0] + (digits.length > 1 ? `.${digits.slice(1)}` : '') + exponentText(exponent)
  }
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')
  const rest = digits.slice(exponent + 1) || (keepsPoint ? '0' : '')
  return rest === '' ? whole : `${whole}.${rest}`
}

function grouped(digits: string, separator: string | undefined, size: number): string {
  if (separator === undefined) return digits
  return digits.replaceAll(new RegExp(`(?<=[\\da-zA-Z])(?=(?:[\\da-zA-Z]{${size}})+$)`, 'g'), separator)
}

function aligned(sign: string, text: string, spec: Spec, usual: '<' | '>'): string {
  const { fill = ' ', align = usual, width = 0, grouping } = spec
  if (align === '=') {
    // Zeros are grouped like digits.
    if (grouping && fill === '0') {
      const [, digits, rest] = /^([\d,_]*)(.*)$/.exec(text) ?? []
      let padded = digits.replaceAll(/[,_]/g, '')
      while (sign.length + grouped(padded, grouping, 3).length + rest.length < width) padded = `0${padded}`
      return sign + grouped(padded, grouping, 3) + rest
    }
    return sign + padded(text, width - sign.length, 'right', fill)
  }
  const whole = sign + text
  if (align !== '^') return padded(whole, width, align === '<' ? 'left' : 'right', fill)
  const missing = Math.max(0, width - characterCount(whole))
  const before = missing >> 1
  return padded(padded(whole, width - missing + before, 'right', fill), width, 'left', fill)
}

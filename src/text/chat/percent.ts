// `"%s: %05.1f" % (name, number)`

import { partOf } from './characters.ts'
import { format, type Spec } from './formatSpec.ts'
import { figureOf } from './numbers.ts'
import { asciiText, asMarkup, shown, textOf } from './printing.ts'
import { Dict, Markup, Range, TemplateProblem, type TemplateValue, Tuple, typeOf } from './values.ts'

const place = /%(?:\(([^)]*)\))?([#0\- +]*)(\*|\d+)?(\.(?:\*|\d+)?)?[hlL]?(.)?/gsu

export function percentFormat(template: string | Markup, given: TemplateValue): TemplateValue {
  const isMarkup = template instanceof Markup
  const values = given instanceof Tuple ? given.items : [given]
  let used = 0
  const next = (): TemplateValue => {
    if (used >= values.length) throw new TemplateProblem('not enough arguments for format string')
    return values[used++]
  }
  const fill = ([, name, flags, width, precision, type]: readonly (string | undefined)[]): string => {
    if (type === undefined) throw new TemplateProblem('incomplete format')
    if (type === '%') return '%'
    const has = (flag: string) => flags?.includes(flag) === true
    const count = (asked: string | undefined) => (asked === '*' ? Number(figureOf(next())) : asked && Number(asked))
    const wide = count(width) || undefined
    const exact = precision === undefined ? undefined : count(precision.slice(1)) || 0
    if (name !== undefined && !(given instanceof Dict)) throw new TemplateProblem('format requires a mapping')
    const value = name === undefined ? next() : named(given as Dict, name)
    const isLeft = has('-') || (wide !== undefined && wide < 0)
    const isZero = has('0') && !isLeft && !'srac'.includes(type)
    const spec: Spec = {
      width: wide === undefined ? undefined : Math.abs(wide),
      precision: exact,
      align: isLeft ? '<' : isZero ? '=' : '>',
      fill: isZero ? '0' : undefined,
      sign: has('+') ? '+' : has(' ') ? ' ' : undefined,
      isAlternate: has('#'),
    }
    return one(value, type, spec, isMarkup)
  }
  // One place after another: the first that is wrong ends it.
  const [source, pieces] = [textOf(template), [] as string[]]
  let at = 0
  for (const found of source.matchAll(place)) {
    pieces.push(source.slice(at, found.index), fill(found))
    at = found.index + found[0].length
  }
  const text = pieces.join('') + source.slice(at)
  // What can be looked into counts as named values, of which none need be used.
  const isNamed = given instanceof Dict || Array.isArray(given) || given instanceof Range
  if (used < values.length && !isNamed)
    throw new TemplateProblem('not all arguments converted during string formatting')
  return isMarkup ? new Markup(text) : text
}

function named(values: Dict, name: string): TemplateValue {
  const value = values.get(name)
  if (value === undefined) throw new TemplateProblem(`KeyError: '${name}'`)
  return value
}

function one(value: TemplateValue, type: string, spec: Spec, isMarkup: boolean): string {
  const text = (made: string) => {
    const escapedText = isMarkup ? asMarkup(made).text : made
    return format(spec.precision === undefined ? escapedText : partOf(escapedText, 0, spec.precision), {
      width: spec.width,
      align: spec.align,
    })
  }
  if (type === 's') return text(textOf(value))
  if (type === 'r') return text(shown(value))
  if (type === 'a') return text(asciiText(shown(value)))
  if (type === 'c') return text(typeof value === 'bigint' ? String.fromCodePoint(Number(value)) : textOf(value))
  const figure = figureOf(value)
  if ('diu'.includes(type)) {
    if (figure === undefined)
      throw new TemplateProblem(`%${type} format: a real number is required, not ${typeOf(value)}`)
    return integer(typeof figure === 'bigint' ? figure : BigInt(Math.trunc(figure)), 'd', spec)
  }
  if ('oxX'.includes(type)) {
    if (typeof figure !== 'bigint')
      throw new TemplateProblem(`%${type} format: an integer is required, not ${typeOf(value)}`)
    return integer(figure, type, spec)
  }
  if (!'eEfFgG'.includes(type)) throw new TemplateProblem(`unsupported format character '${type}'`)
  if (figure === undefined) throw new TemplateProblem(`must be real number, not ${typeOf(value)}`)
  return format(Number(figure), { ...spec, type })
}

/** A precision of an int is the least number of its digits. */
function integer(value: bigint, type: string, spec: Spec): string {
  const { precision, sign, isAlternate, ...outer } = spec
  const digits = format(value, { sign, isAlternate, type })
  if (precision === undefined) return format(value, { ...spec, type })
  const [, before, rest] = /^([+\- ]?(?:0[xXo])?)(.*)$/.exec(digits) ?? []
  return format(before + rest.padStart(precision, '0'), {
    ...outer,
    align: outer.align === '=' ? '>' : outer.align,
    fill: undefined,
  })
}

// Parses expressions, in jinja2's order of binding, from the loosest:
//
//   x if y else z · or · and · not · == != < in … · + - · ~ · * / // % · ** · -x +x · x.y x[y] x(y) · x | f · x is t

import { unquoted } from './lexer.ts'
import { intIn } from './numbers.ts'
import type { Arithmetic } from './operators.ts'
import type { Arguments, Comparison, Expression } from './syntax.ts'
import type { TokenStream } from './tokenStream.ts'

const constants: Readonly<Record<string, boolean | null>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
}

export const isConstant = (name: string): boolean => Object.hasOwn(constants, name)

export function parseExpression(stream: TokenStream, hasChoice = true): Expression {
  return stream.nested(() => (hasChoice ? parseChoice(stream) : parseOr(stream)))
}

function parseChoice(stream: TokenStream): Expression {
  const { line } = stream.current
  let value = parseOr(stream)
  while (stream.skipName('if')) {
    const test = parseOr(stream)
    const otherwise = stream.skipName('else') ? stream.nested(() => parseChoice(stream)) : undefined
    value = { kind: 'choice', line, test, chosen: value, otherwise }
  }
  return value
}

function parseOr(stream: TokenStream): Expression {
  const { line } = stream.current
  let left = parseAnd(stream)
  while (stream.skipName('or')) left = { kind: 'or', line, left, right: parseAnd(stream) }
  return left
}

function parseAnd(stream: TokenStream): Expression {
  const { line } = stream.current
  let left = parseNot(stream)
  while (stream.skipName('and')) left = { kind: 'and', line, left, right: parseNot(stream) }
  return left
}

function parseNot(stream: TokenStream): Expression {
  const { line } = stream.current
  if (stream.skipName('not')) return { kind: 'not', line, of: stream.nested(() => parseNot(stream)) }
  return parseComparison(stream)
}

function parseComparison(stream: TokenStream): Expression {
  const { line } = stream.current
  const first = parseSum(stream)
  const rest: [Comparison, Expression][] = []
  for (;;) {
    if (stream.at('==', '!=', '<', '<=', '>', '>=')) rest.push([stream.next().text as Comparison, parseSum(stream)])
    else if (stream.skipName('in')) rest.push(['in', parseSum(stream)])
    else if (stream.atName('not') && stream.following.kind === 'name' && stream.following.text === 'in') {
      stream.next()
      stream.next()
      rest.push(['not in', parseSum(stream)])
    } else return rest.length === 0 ? first : { kind: 'comparison', line, first, rest }
  }
}

const leftToRight = (signs: readonly Arithmetic[], parse: (stream: TokenStream) => Expression) => {
  return (stream: TokenStream): Expression => {
    const { line } = stream.current
    let left = parse(stream)
    while (stream.at(...signs))
      left = { kind: 'arithmetic', line, sign: stream.next().text as Arithmetic, left, right: parse(stream) }
    return left
  }
}

// Unlike in Python, -2 ** 2 is 4 and 2 ** 3 ** 2 is 64.
const parsePower = leftToRight(['**'], (stream) => parseSigned(stream))
const parseProduct = leftToRight(['*', '/', '//', '%'], parsePower)
const parseSum = leftToRight(['+', '-'], parseJoined)

function parseJoined(stream: TokenStream): Expression {
  const { line } = stream.current
  const parts = [parseProduct(stream)]
  while (stream.skip('~')) parts.push(parseProduct(stream))
  return parts.length === 1 ? parts[0] : { kind: 'joined', line, parts }
}

function parseSigned(stream: TokenStream, hasFilters = true): Expression {
  const { line } = stream.current
  const isSigned = stream.at('-', '+')
  const bare: Expression = isSigned
    ? {
        kind: 'signed',
        line,
        sign: stream.next().text as '+' | '-',
        of: stream.nested(() => parseSigned(stream, false)),
      }
    : parsePrimary(stream)
  const value = parsePostfix(stream, bare)
  return hasFilters ? parseFilters(stream, value) : value
}

function parsePrimary(stream: TokenStream): Expression {
  const token = stream.current
  const { kind, line } = token
  switch (kind) {
    case 'name': {
      const { text } = stream.next()
      if (isConstant(text)) return { kind: 'constant', line, value: constants[text] }
      for (const names of stream.openNames) names.add(text)
      return { kind: 'name', line, name: text }
    }
    case 'string': {
      let value = ''
      while (stream.current.kind === 'string') value += unquoted(stream.next())
      return { kind: 'constant', line, value }
    }
    case 'int':
      return { kind: 'constant', line, value: intIn(stream.next().text, 0) ?? 0n }
    case 'float':
      return { kind: 'constant', line, value: Number(stream.next().text.replaceAll('_', '')) }
    case 'operator':
      if (stream.skip('(')) {
        const value = parseTuple(stream, { isInParentheses: true })
        stream.expect(')')
        return value
      }
      if (stream.skip('[')) return { kind: 'list', line, items: parseRow(stream, ']', parseExpression) }
      if (stream.skip('{')) return { kind: 'dict', line, entries: parseRow(stream, '}', parseEntry) }
  }
  return stream.fail(`unexpected ${stream.shown()}`)
}

function parseEntry(stream: TokenStream): [Expression, Expression] {
  const key = parseExpression(stream)
  stream.expect(':')
  return [key, parseExpression(stream)]
}

function parseRow<T>(stream: TokenStream, end: string, parse: (stream: TokenStream) => T): T[] {
  const items: T[] = []
  while (!stream.at(end)) {
    if (items.length > 0) stream.expect(',')
    if (stream.at(end)) break
    items.push(parse(stream))
  }
  stream.expect(end)
  return items
}

interface TupleSettings {
  readonly isInParentheses?: boolean
  readonly hasChoice?: boolean
  /** A name that ends it. */
  readonly end?: string
}

/** An expression, or several with commas between them. */
export function parseTuple(
  stream: TokenStream,
  { isInParentheses = false, hasChoice = true, end }: TupleSettings = {},
): Expression {
  const { line } = stream.current
  const items: Expression[] = []
  let isTuple = false
  for (;;) {
    if (items.length > 0) stream.expect(',')
    if (stream.at('}}', '%}', ')') || (end !== undefined && stream.atName(end))) break
    items.push(parseExpression(stream, hasChoice))
    if (!stream.at(',')) break
    isTuple = true
  }
  if (!isTuple && items.length === 1) return items[0]
  if (!isTuple && !isInParentheses) stream.fail(`expected an expression, found ${stream.shown()}`)
  return { kind: 'tuple', line, items }
}

function parsePostfix(stream: TokenStream, value: Expression): Expression {
  for (;;) {
    const { line } = stream.current
    if (stream.skip('.')) {
      const { kind, text } = stream.next()
      if (kind === 'name') value = { kind: 'attribute', line, of: value, name: text }
      else if (kind === 'int')
        value = { kind: 'item', line, of: value, key: { kind: 'constant', line, value: intIn(text, 0) ?? 0n } }
      else stream.fail('expected name or number after "."', line)
    } else if (stream.skip('[')) value = { kind: 'item', line, of: value, key: parseKey(stream) }
    else if (stream.at('(')) value = { kind: 'call', line, of: value, given: parseArguments(stream) }
    else return value
  }
}

function parseKey(stream: TokenStream): Expression {
  const { line } = stream.current
  const keys: Expression[] = []
  while (!stream.at(']')) {
    if (keys.length > 0) stream.expect(',')
    keys.push(parseSubscript(stream))
  }
  stream.expect(']')
  return keys.length === 1 ? keys[0] : { kind: 'tuple', line, items: keys }
}

function parseSubscript(stream: TokenStream): Expression {
  const { line } = stream.current
  const bound = () => (stream.at(':', ']', ',') ? undefined : parseExpression(stream))
  const start = stream.at(':') ? undefined : parseExpression(stream)
  if (start !== undefined && !stream.at(':')) return start
  stream.expect(':')
  const stop = bound()
  const step = stream.skip(':') ? bound() : undefined
  return { kind: 'slice', line, parts: [start, stop, step] }
}

function parseArguments(stream: TokenStream): Arguments {
  const { line } = stream.expect('(')
  const positional: Expression[] = []
  const named: [string, Expression][] = []
  let rest: Expression | undefined
  let restNamed: Expression | undefined
  const check = (isRight: boolean): void => {
    if (!isRight) stream.fail('invalid syntax for function call expression', line)
  }
  for (let isFirst = true; !stream.at(')'); isFirst = false) {
    if (!isFirst) stream.expect(',')
    if (stream.at(')')) break
    if (stream.skip('*')) {
      check(rest === undefined && restNamed === undefined)
      rest = parseExpression(stream)
    } else if (stream.skip('**')) {
      check(restNamed === undefined)
      restNamed = parseExpression(stream)
    } else if (
      stream.current.kind === 'name' &&
      stream.following.kind === 'operator' &&
      stream.following.text === '='
    ) {
      check(restNamed === undefined)
      const { text } = stream.next()
      stream.next()
      if (named.some(([name]) => name === text)) stream.fail(`keyword argument repeated: ${text}`, line)
      named.push([text, parseExpression(stream)])
    } else {
      check(rest === undefined && restNamed === undefined && named.length === 0)
      positional.push(parseExpression(stream))
    }
  }
  stream.expect(')')
  return { positional, named, rest, restNamed }
}

const nothing: Arguments = { positional: [], named: [] }

/** Filters, tests and calls after a value. */
function parseFilters(stream: TokenStream, value: Expression): Expression {
  for (;;) {
    const { line } = stream.current
    if (stream.skip('|')) value = parseFilter(stream, value)
    else if (stream.skipName('is')) value = parseTest(stream, value, line)
    else if (stream.at('(')) value = { kind: 'call', line, of: value, given: parseArguments(stream) }
    else return value
  }
}

/** A filter's name and arguments. */
export function parseFilter(stream: TokenStream, of: Expression | undefined): Expression {
  const { line } = stream.current
  const name = parseDotted(stream)
  return { kind: 'filter', line, of, name, given: stream.at('(') ? parseArguments(stream) : nothing }
}

function parseDotted(stream: TokenStream): string {
  let name = stream.expectName().text
  while (stream.skip('.')) name += `.${stream.expectName().text}`
  return name
}

function parseTest(stream: TokenStream, of: Expression, line: number): Expression {
  const isNot = stream.skipName('not')
  const name = parseDotted(stream)
  let given = nothing
  if (stream.at('(')) given = parseArguments(stream)
  else if (startsValue(stream)) {
    if (stream.atName('is')) stream.fail('You cannot chain multiple tests with is')
    given = { ...nothing, positional: [parsePostfix(stream, parsePrimary(stream))] }
  }
  const test: Expression = { kind: 'test', line, of, name, given }
  return isNot ? { kind: 'not', line, of: test } : test
}

const startsValue = (stream: TokenStream): boolean =>
  ['string', 'int', 'float'].includes(stream.current.kind) ||
  stream.at('[', '{') ||
  (stream.current.kind === 'name' && !stream.atName('else', 'or', 'and'))

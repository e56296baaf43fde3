// Parses a template's statements.

import { isConstant, parseExpression, parseFilter, parseTuple } from './expressions.ts'
import { tokensOf } from './lexer.ts'
import type { AssignmentTarget, Expression, Signature, Statement } from './syntax.ts'
import { TokenStream } from './tokenStream.ts'

export function parseTemplate(template: string): Statement[] {
  const stream = new TokenStream(tokensOf(template))
  return new StatementParser(stream).body([])
}

class StatementParser {
  readonly #stream: TokenStream
  /** The number of loops that are open in this function: Python allows no `break` elsewhere. */
  #loops = 0
  readonly #open: string[] = []

  constructor(stream: TokenStream) {
    this.#stream = stream
  }

  /** Statements up to a tag of one of these names, which stays; without names up to the end of the template. */
  body(ends: readonly string[]): Statement[] {
    const stream = this.#stream
    const statements: Statement[] = []
    for (;;) {
      const { kind, text, line } = stream.next()
      if (kind === 'data') statements.push({ kind: 'text', line, text })
      else if (kind === '{{') {
        statements.push({ kind: 'print', line, value: parseTuple(stream) })
        stream.expect('}}')
      } else if (kind === '{%') {
        if (stream.atName(...ends)) return statements
        statements.push(...stream.nested(() => this.#statement(ends)))
        stream.expect('%}')
      } else if (ends.length === 0) return statements
      else
        stream.fail(
          `the template ends, but ${ends.map((end) => `'${end}'`).join(' or ')} is missing for '${this.#open.at(-1)}'`,
        )
    }
  }

  /** The body of a tag after its head, and its end. */
  #within(end: string): Statement[] {
    const body = this.#until(end)
    this.#stream.next()
    return body
  }

  #until(...ends: readonly string[]): Statement[] {
    this.#stream.skip(':')
    this.#stream.expect('%}')
    return this.body(ends)
  }

  #statement(ends: readonly string[]): Statement[] {
    const stream = this.#stream
    if (stream.current.kind !== 'name') stream.fail('tag name expected')
    const { text: tag, line } = stream.next()
    this.#open.push(tag)
    const parsed = this.#tag(tag, line, ends)
    this.#open.pop()
    return Array.isArray(parsed) ? parsed : [parsed]
  }

  #tag(tag: string, line: number, ends: readonly string[]): Statement | Statement[] {
    const stream = this.#stream
    switch (tag) {
      case 'for':
        return this.#for(line)
      case 'if':
        return this.#if(line)
      case 'set':
        return this.#set(line)
      case 'macro': {
        const name = this.#newName()
        return { kind: 'macro', line, name, signature: this.#signature(this.#parameters(), 'endmacro') }
      }
      case 'call':
        return this.#call(line)
      case 'filter': {
        let filter = parseFilter(stream, undefined)
        while (stream.skip('|')) filter = parseFilter(stream, filter)
        return { kind: 'filter block', line, filter, body: this.#within('endfilter') }
      }
      case 'with': {
        const values: [AssignmentTarget, Expression][] = []
        while (!stream.at('%}')) {
          if (values.length > 0) stream.expect(',')
          const target = this.#target()
          stream.expect('=')
          values.push([target, parseExpression(stream)])
        }
        return { kind: 'with', line, values, body: this.#within('endwith') }
      }
      case 'print': {
        const printed: Statement[] = []
        while (!stream.at('%}')) {
          if (printed.length > 0) stream.expect(',')
          printed.push({ kind: 'print', line, value: parseExpression(stream) })
        }
        return printed
      }
      case 'break':
      case 'continue':
        if (this.#loops === 0) stream.fail(`'${tag}' outside loop`, line)
        return { kind: tag, line }
      case 'generation':
        return { kind: 'scope', line, body: this.#function(() => this.#within('endgeneration')) }
      case 'block': {
        const { text: name } = stream.expectName()
        const seesAll = stream.skipName('scoped')
        if (stream.skipName('required')) return this.#unsupported('block … required', line, 'endblock')
        const body = this.#function(() => this.#within('endblock'))
        stream.skipName(name)
        return { kind: 'block', line, body, seesAll }
      }
      case 'autoescape': {
        const value = parseExpression(stream)
        const body = this.#within('endautoescape')
        if (value.kind === 'constant' && value.value === false) return { kind: 'scope', line, body }
        return { kind: 'unsupported', line, what: tag }
      }
      case 'extends':
      case 'include':
      case 'import':
      case 'from':
        return this.#unsupported(tag, line)
    }
    const looked = ends.length === 0 ? '' : `; ${ends.map((end) => `'${end}'`).join(' or ')} was expected`
    return stream.fail(`unknown tag '${tag}'${looked}`, line)
  }

  /** A statement that needs other templates: an error once it is reached. */
  #unsupported(what: string, line: number, end?: string): Statement {
    while (!this.#stream.at('%}') && this.#stream.current.kind !== 'end') this.#stream.next()
    if (end !== undefined) this.#within(end)
    return { kind: 'unsupported', line, what }
  }

  #for(line: number): Statement {
    const stream = this.#stream
    const target = this.#target('in')
    if (target.kind === 'name' && target.name === 'loop')
      stream.fail("can't assign to the special variable 'loop'", line)
    if (!stream.skipName('in')) stream.fail(`expected 'in', found ${stream.shown()}`)
    const values = parseTuple(stream, { hasChoice: false, end: 'recursive' })
    const test = stream.skipName('if') ? parseExpression(stream) : undefined
    const isRecursive = stream.skipName('recursive')
    this.#loops++
    const body = this.#until('endfor', 'else')
    this.#loops--
    const otherwise = stream.next().text === 'else' ? this.#within('endfor') : []
    return { kind: 'for', line, target, values, test, isRecursive, body, otherwise }
  }

  #if(line: number): Statement {
    const stream = this.#stream
    const branches: [Expression, Statement[]][] = []
    let tag = 'elif'
    while (tag === 'elif') {
      const test = parseTuple(stream, { hasChoice: false })
      branches.push([test, this.#until('elif', 'else', 'endif')])
      tag = stream.next().text
    }
    return { kind: 'if', line, branches, otherwise: tag === 'else' ? this.#within('endif') : [] }
  }

  #set(line: number): Statement {
    const stream = this.#stream
    const target = this.#target(undefined, true)
    if (stream.skip('=')) return { kind: 'set', line, target, value: parseTuple(stream) }
    let filter: Expression | undefined
    while (stream.skip('|')) filter = parseFilter(stream, filter)
    return { kind: 'set block', line, target, filter, body: this.#within('endset') }
  }

  #call(line: number): Statement {
    const stream = this.#stream
    const parameters = stream.at('(') ? this.#parameters() : { parameters: [], defaults: [] }
    const call = parseExpression(stream)
    if (call.kind !== 'call') stream.fail('expected call', line)
    return { kind: 'call block', line, call, signature: this.#signature(parameters, 'endcall') }
  }

  #parameters(): Pick<Signature, 'parameters' | 'defaults'> {
    const stream = this.#stream
    const parameters: string[] = []
    const defaults: Expression[] = []
    stream.expect('(')
    while (!stream.at(')')) {
      if (parameters.length > 0) stream.expect(',')
      const name = this.#newName()
      if (parameters.includes(name)) stream.fail(`there are two parameters '${name}'`)
      parameters.push(name)
      if (stream.skip('=')) defaults.push(parseExpression(stream))
      else if (defaults.length > 0) stream.fail('non-default argument follows default argument')
    }
    stream.expect(')')
    return { parameters, defaults }
  }

  #signature(given: Pick<Signature, 'parameters' | 'defaults'>, end: string): Signature {
    const { openNames } = this.#stream
    const names = new Set<string>()
    openNames.push(names)
    const body = this.#function(() => this.#within(end))
    openNames.pop()
    const uses = new Set(['varargs', 'kwargs', 'caller'].filter((name) => names.has(name)))
    return { ...given, body, uses }
  }

  /** Parses what becomes a function in Python, which no `break` leaves. */
  #function(parse: () => Statement[]): Statement[] {
    const loops = this.#loops
    this.#loops = 0
    const body = parse()
    this.#loops = loops
    return body
  }

  #newName(): string {
    const { text, line } = this.#stream.expectName()
    if (isConstant(text)) this.#stream.fail(`can't assign to '${text}'`, line)
    return text
  }

  /** Names with commas between them, in parentheses or not; fields of namespaces where they may be set. */
  #target(end?: string, hasFields = false): AssignmentTarget {
    const stream = this.#stream
    const targets: AssignmentTarget[] = []
    let isSeveral = false
    while (!stream.at('=', '%}', ')', '|') && !(end !== undefined && stream.atName(end))) {
      if (stream.skip('(')) {
        targets.push(stream.nested(() => this.#target(undefined, hasFields)))
        stream.expect(')')
      } else {
        const name = this.#newName()
        const isField = hasFields && stream.skip('.')
        targets.push(isField ? { kind: 'field', of: name, name: stream.expectName().text } : { kind: 'name', name })
      }
      if (!stream.skip(',')) break
      isSeveral = true
    }
    if (targets.length === 0) stream.fail(`expected a name, found ${stream.shown()}`)
    return isSeveral ? { kind: 'several', targets } : targets[0]
  }
}

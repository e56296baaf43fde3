// The tokens of a template, one after another, and what both parsers (expressions.ts, statements.ts) must remember.

import { Broken, type Token } from './lexer.ts'

/** The deepest that parentheses, blocks and the like may stand in one another. */
const deepest = 100

export class TokenStream {
  readonly #tokens: readonly Token[]
  #at = 0
  #depth = 0
  /** The names that were read, for each macro that is open. */
  readonly openNames: Set<string>[] = []

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get current(): Token {
    return this.#tokens[this.#at]
  }

  get following(): Token {
    return this.#tokens[Math.min(this.#at + 1, this.#tokens.length - 1)]
  }

  next(): Token {
    const token = this.current
    if (token.kind !== 'end') this.#at++
    return token
  }

  /** True where an operator or a tag's end stands here. */
  at(...texts: readonly string[]): boolean {
    const { kind, text } = this.current
    return (kind === 'operator' || kind === '%}' || kind === '}}') && texts.includes(kind === 'operator' ? text : kind)
  }

  atName(...names: readonly string[]): boolean {
    return this.current.kind === 'name' && names.includes(this.current.text)
  }

  /** Takes an operator if it stands here. */
  skip(text: string): boolean {
    if (!this.at(text)) return false
    this.next()
    return true
  }

  skipName(name: string): boolean {
    if (!this.atName(name)) return false
    this.next()
    return true
  }

  expect(text: string): Token {
    if (!this.at(text)) this.fail(`expected '${text}', found ${this.shown()}`)
    return this.next()
  }

  expectName(): Token {
    if (this.current.kind !== 'name') this.fail(`expected a name, found ${this.shown()}`)
    return this.next()
  }

  fail(message: string, line = this.current.line): never {
    throw new Broken(message, line)
  }

  shown(): string {
    const { kind, text } = this.current
    return kind === 'end' ? 'the end of the template' : kind === 'data' ? 'text' : `'${text.trim()}'`
  }

  /** Parses something that may hold more of its kind. */
  nested<T>(parse: () => T): T {
    if (++this.#depth > deepest) this.fail(`something stands in more than ${deepest} others, which is the limit`)
    const parsed = parse()
    this.#depth--
    return parsed
  }
}

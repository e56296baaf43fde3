// Filters and tests that nobody knows are an error before anything is written, except inside of an `if`, where a template may
// ask first whether they are there.

import { filters } from './filters.ts'
import { Broken } from './lexer.ts'
import type { Statement } from './syntax.ts'
import { tests } from './tests.ts'

/** Statements that begin anew with what is an error. */
const anew = new Set(['for', 'set block', 'with', 'macro', 'call block', 'filter block', 'scope', 'block'])

export function checkNames(statements: readonly Statement[]): void {
  visit(statements, false)
}

function visit(node: unknown, isConditional: boolean): void {
  if (typeof node !== 'object' || node === null || node instanceof Set) return
  if (Array.isArray(node)) {
    for (const each of node) visit(each, isConditional)
    return
  }
  const { kind, name, line } = node as { kind?: unknown; name?: unknown; line?: unknown }
  if (kind === 'constant') return
  if (!isConditional && typeof name === 'string' && (kind === 'filter' || kind === 'test')) {
    if (!Object.hasOwn(kind === 'filter' ? filters : tests, name))
      throw new Broken(`there is no ${kind} '${name}'`, Number(line))
  }
  const inside = kind === 'choice' || kind === 'if' || (isConditional && !anew.has(String(kind)))
  for (const each of Object.values(node)) visit(each, inside)
}

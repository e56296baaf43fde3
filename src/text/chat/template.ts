// Runs a template: the language is Jinja2 as Python's transformers sets it up for chats.
//
//   lexer.ts → statements.ts, expressions.ts (syntax.ts) → names.ts → execute.ts, evaluate.ts
//
// Values are Python's (values.ts): they print, compare and compute as there.

import { execute } from './execute.ts'
import { filters } from './filters.ts'
import { globalsAt, Refusal } from './globals.ts'
import { Broken } from './lexer.ts'
import { checkNames } from './names.ts'
import { type Limits, Run, TemplateOutput, TemplateScope, usualLimits } from './run.ts'
import { parseTemplate } from './statements.ts'
import type { Statement } from './syntax.ts'
import { tests } from './tests.ts'
import { TemplateProblem, type TemplateValue } from './values.ts'

export interface TemplateSettings {
  readonly template: string
  readonly variables: Readonly<Record<string, TemplateValue>>
  /** Where the template comes from, for errors. */
  readonly place: string
  readonly now?: () => Date
  readonly limits?: Limits
}

/** The text that a template makes. Throws when it is broken, when it fails, and when it refuses what it is given. */
export function renderTemplate(settings: TemplateSettings): string {
  const { template, variables, place, now = () => new Date(), limits = usualLimits } = settings
  const statements = parsed(template, place)
  const outermost = new TemplateScope()
  for (const [name, value] of Object.entries({ ...globalsAt(now), ...variables })) outermost.set(name, value)
  const output = new TemplateOutput()
  const run = new Run(limits, { filters, tests })
  try {
    execute(statements, new TemplateScope(outermost), output, run)
    return output.text()
  } catch (error) {
    const reason = reasonOf(error)
    if (error instanceof Refusal)
      throw new Error(`${place}: it refuses the messages in line ${run.line}: ${reason}. Change them.`, {
        cause: error,
      })
    throw new Error(
      `${place}: it fails in line ${run.line} (${reason}). It may look for something that it was not given, or be meant ` +
        'for another program.',
      { cause: error },
    )
  }
}

function parsed(template: string, place: string): Statement[] {
  try {
    const statements = parseTemplate(template)
    checkNames(statements)
    return statements
  } catch (error) {
    const line = error instanceof Broken ? ` in line ${error.line}` : ''
    throw new Error(`${place}: it is broken${line} (${reasonOf(error)}). Correct it, or download it again.`, {
      cause: error,
    })
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // Every engine throws a RangeError where calls stand in one another too deep for it; Firefox an InternalError.
  const isTooDeep = !(error instanceof TemplateProblem) && /call stack|recursion/i.test(error.message)
  if (isTooDeep) return 'its parts or the values in it stand in one another too deep'
  return error.message.trim().replaceAll(/\s+/g, ' ').replace(/\.$/, '')
}

// A filter of a table: its parameters, and what it does with what is given for them.

import { bind, type GivenArguments } from './arguments.ts'
import type { FreeFilter, Run } from './run.ts'
import type { TemplateValue } from './values.ts'

/** A filter's parameters (arguments.ts) and what it does. */
export type Filter = readonly [
  parameters: string,
  act: (value: TemplateValue, given: GivenArguments, run: Run) => TemplateValue,
]

/** A filter that finds its arguments by their parameters. */
export function bound(name: string, [parameters, act]: Filter): FreeFilter {
  return (value, positional, named, run) => act(value, bind(name, parameters, positional, named), run)
}

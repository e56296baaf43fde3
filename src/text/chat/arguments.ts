// What a function is given, sorted by the names of its parameters.
//
//   '/chars?'              one that goes by its place only, and may be left out
//   'width? first? blank?' all by place or by name
//   'old new count?'

import { type Named, TemplateProblem, type TemplateValue } from './values.ts'

/** The values of a function's parameters; undefined for what was left out. */
export function bind(
  name: string,
  parameters: string,
  positional: readonly TemplateValue[],
  named: Named,
): GivenArguments {
  const known = parameters === '' ? [] : parameters.split(' ')
  if (positional.length > known.length)
    throw new TemplateProblem(`${name}() takes ${known.length} arguments, but ${positional.length} were given`)
  const values: (TemplateValue | undefined)[] = [...positional]
  const open = new Set(named.keys())
  for (const [index, parameter] of known.entries()) {
    const bare = parameter.replaceAll(/[/?]/g, '')
    if (!parameter.startsWith('/') && open.delete(bare)) {
      if (index < positional.length) throw new TemplateProblem(`${name}() got multiple values for argument '${bare}'`)
      values[index] = named.get(bare)
    }
    if (values[index] === undefined && !parameter.endsWith('?'))
      throw new TemplateProblem(`${name}() is missing its argument '${bare}'`)
  }
  for (const other of open) throw new TemplateProblem(`${name}() got an unexpected keyword argument '${other}'`)
  return values
}

export type GivenArguments = readonly (TemplateValue | undefined)[]

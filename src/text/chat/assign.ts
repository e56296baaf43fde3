// What `set`, `for` and `with` do: names, fields of namespaces and several of them at once get values.

import type { Run, TemplateScope } from './run.ts'
import type { AssignmentTarget } from './syntax.ts'
import { Native, TemplateProblem, type TemplateValue, typeOf } from './values.ts'

export function assign(target: AssignmentTarget, value: TemplateValue, scope: TemplateScope, run: Run): void {
  if (target.kind === 'name') scope.set(target.name, value)
  else if (target.kind === 'field') {
    const of = scope.get(target.of)
    if (!(of instanceof Native) || of.fields === undefined)
      throw new TemplateProblem(`cannot assign attribute '${target.name}' on '${target.of}', which is no namespace`)
    checkField(target.name)
    of.fields.set(target.name, value)
  } else {
    const { length } = target.targets
    const values: TemplateValue[] = []
    for (const each of run.values(value)) {
      if (values.push(each) > length) throw new TemplateProblem(`too many values to unpack (expected ${length})`)
    }
    if (values.length < length)
      throw new TemplateProblem(
        `not enough values to unpack (expected ${length}, got ${values.length} of a ${typeOf(value)})`,
      )
    for (const [i, each] of target.targets.entries()) assign(each, values[i], scope, run)
  }
}

/** Namespaces keep no names with an underscore before them. */
export function checkField(name: string): void {
  if (name.startsWith('_'))
    throw new TemplateProblem(`a namespace takes no name with an underscore before it, such as '${name}'`)
}

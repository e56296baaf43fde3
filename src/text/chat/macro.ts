// Macros, and the bodies of call blocks, which macros get as `caller`.

import { evaluateExpression } from './evaluate.ts'
import { type Execute, type Run, TemplateOutput, TemplateScope } from './run.ts'
import type { Signature } from './syntax.ts'
import { Dict, type Named, Native, TemplateProblem, type TemplateValue, Tuple, Undefined } from './values.ts'

/** `execute`: runs the macro's body. */
export function macroOf(name: string, signature: Signature, scope: TemplateScope, run: Run, execute: Execute): Native {
  const { parameters, body, uses } = signature
  const call = (positional: readonly TemplateValue[], named: Named): TemplateValue => {
    const inner = new TemplateScope(scope)
    const open = new Map(named)
    setParameters(inner, signature, positional, open, run)
    if (uses.has('caller') && !parameters.includes('caller')) {
      inner.set('caller', open.get('caller') ?? new Undefined('No caller defined'))
      open.delete('caller')
    }
    if (uses.has('kwargs')) inner.set('kwargs', new Dict(open))
    else
      for (const other of open.keys()) throw new TemplateProblem(`macro '${name}' takes no keyword argument '${other}'`)
    if (uses.has('varargs')) inner.set('varargs', new Tuple(positional.slice(parameters.length)))
    else if (positional.length > parameters.length)
      throw new TemplateProblem(`macro '${name}' takes not more than ${parameters.length} argument(s)`)
    const output = new TemplateOutput()
    run.deeper(() => execute(body, inner, output, run))
    return output.text()
  }
  const fields = new Map<string, TemplateValue>([
    ['name', name],
    ['arguments', new Tuple(parameters)],
    ['catch_kwargs', uses.has('kwargs')],
    ['catch_varargs', uses.has('varargs')],
    ['caller', uses.has('caller')],
  ])
  return new Native('Macro', { call, field: (field) => fields.get(field), shown: () => `<Macro '${name}'>` })
}

/** Gives the parameters their values, and takes what is given by name out of `open`. */
function setParameters(
  inner: TemplateScope,
  { parameters, defaults }: Signature,
  positional: readonly TemplateValue[],
  open: Map<string, TemplateValue>,
  run: Run,
): void {
  for (const [index, parameter] of parameters.entries()) {
    const fallback = defaults[index - parameters.length + defaults.length]
    if (index < positional.length) inner.set(parameter, positional[index])
    else if (open.has(parameter)) {
      inner.set(parameter, open.get(parameter) ?? null)
      open.delete(parameter)
    } else if (fallback !== undefined) inner.set(parameter, evaluateExpression(fallback, inner, run))
    else inner.set(parameter, new Undefined(`parameter '${parameter}' was not provided`))
  }
}

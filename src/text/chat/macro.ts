// Macros, and the bodies of call blocks, which macros get as `caller`.

import { evaluate } from './evaluate.ts'
import { type Execute, Output, type Run, Scope } from './run.ts'
import type { Signature } from './syntax.ts'
import { Dict, type Named, Native, Problem, Tuple, Undefined, type Value } from './values.ts'

/** `execute`: runs the macro's body. */
export function macroOf(name: string, signature: Signature, scope: Scope, run: Run, execute: Execute): Native {
  const { parameters, body, uses } = signature
  const call = (positional: readonly Value[], named: Named): Value => {
    const inner = new Scope(scope)
    const open = new Map(named)
    setParameters(inner, signature, positional, open, run)
    if (uses.has('caller') && !parameters.includes('caller')) {
      inner.set('caller', open.get('caller') ?? new Undefined('No caller defined'))
      open.delete('caller')
    }
    if (uses.has('kwargs')) inner.set('kwargs', new Dict(open))
    else for (const other of open.keys()) throw new Problem(`macro '${name}' takes no keyword argument '${other}'`)
    if (uses.has('varargs')) inner.set('varargs', new Tuple(positional.slice(parameters.length)))
    else if (positional.length > parameters.length)
      throw new Problem(`macro '${name}' takes not more than ${parameters.length} argument(s)`)
    const output = new Output()
    run.deeper(() => execute(body, inner, output, run))
    return output.text()
  }
  const fields = new Map<string, Value>([
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
  inner: Scope,
  { parameters, defaults }: Signature,
  positional: readonly Value[],
  open: Map<string, Value>,
  run: Run,
): void {
  for (const [index, parameter] of parameters.entries()) {
    const fallback = defaults[index - parameters.length + defaults.length]
    if (index < positional.length) inner.set(parameter, positional[index])
    else if (open.has(parameter)) {
      inner.set(parameter, open.get(parameter) ?? null)
      open.delete(parameter)
    } else if (fallback !== undefined) inner.set(parameter, evaluate(fallback, inner, run))
    else inner.set(parameter, new Undefined(`parameter '${parameter}' was not provided`))
  }
}

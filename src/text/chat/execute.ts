// Runs statements: what they write, and the names that they set.

import { assign } from './assign.ts'
import { isTrue } from './contents.ts'
import { argumentsOf, callValue, evaluateExpression } from './evaluate.ts'
import { loopOver } from './loop.ts'
import { macroOf } from './macro.ts'
import { textOf } from './printing.ts'
import { type Ending, type Run, TemplateOutput, TemplateScope } from './run.ts'
import type { Statement } from './syntax.ts'
import { TemplateProblem } from './values.ts'

export function execute(
  statements: readonly Statement[],
  scope: TemplateScope,
  output: TemplateOutput,
  run: Run,
): Ending {
  for (const statement of statements) {
    const ending = executeOne(statement, scope, output, run)
    if (ending !== 'end') return ending
  }
  return 'end'
}

function executeOne(statement: Statement, scope: TemplateScope, output: TemplateOutput, run: Run): Ending {
  run.spend(1)
  run.line = statement.line
  switch (statement.kind) {
    case 'text':
      output.write(statement.text)
      return 'end'
    case 'print':
      output.write(textOf(evaluateExpression(statement.value, scope, run)))
      return 'end'
    case 'if':
      for (const [test, body] of statement.branches)
        if (isTrue(evaluateExpression(test, scope, run))) return execute(body, scope, output, run)
      return execute(statement.otherwise, scope, output, run)
    case 'for':
      loopOver(statement, scope, output, run, execute)
      return 'end'
    case 'set':
      assign(statement.target, evaluateExpression(statement.value, scope, run), scope, run)
      return 'end'
    case 'set block': {
      const inner = new TemplateOutput()
      const ending = execute(statement.body, new TemplateScope(scope), inner, run)
      if (ending !== 'end') return ending
      const { filter } = statement
      assign(statement.target, filter ? evaluateExpression(filter, scope, run, inner.text()) : inner.text(), scope, run)
      return 'end'
    }
    case 'filter block': {
      const inner = new TemplateOutput()
      const ending = execute(statement.body, new TemplateScope(scope), inner, run)
      if (ending === 'end') output.write(textOf(evaluateExpression(statement.filter, scope, run, inner.text())))
      return ending
    }
    case 'with': {
      const inner = new TemplateScope(scope)
      for (const [target, value] of statement.values) assign(target, evaluateExpression(value, scope, run), inner, run)
      return execute(statement.body, inner, output, run)
    }
    case 'scope':
      return execute(statement.body, new TemplateScope(scope), output, run)
    case 'block':
      return execute(statement.body, new TemplateScope(statement.seesAll ? scope : scope.top()), output, run)
    case 'macro':
      scope.set(statement.name, macroOf(statement.name, statement.signature, scope, run, execute))
      return 'end'
    case 'call block': {
      const { call, signature } = statement
      if (call.kind !== 'call') return 'end'
      const value = (each: typeof call) => evaluateExpression(each, scope, run)
      const of = evaluateExpression(call.of, scope, run)
      const [positional, named] = argumentsOf(call.given, (each) => value(each as typeof call))
      named.set('caller', macroOf('caller', signature, scope, run, execute))
      output.write(textOf(callValue(of, positional, named)))
      return 'end'
    }
    case 'break':
    case 'continue':
      return statement.kind
    case 'unsupported':
      throw new TemplateProblem(`{% ${statement.what} %} needs more than a template on its own, which is not supported`)
  }
}

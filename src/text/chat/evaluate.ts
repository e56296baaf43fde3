// The value of an expression.

import { attribute, item } from './attributes.ts'
import { checkTextLength } from './characters.ts'
import { isTrue } from './contents.ts'
import { methodNames } from './methods.ts'
import { calculate, checkListLength, compare, contains, equals, inOrder, signed } from './operators.ts'
import { textOf } from './printing.ts'
import type { Args, Run, TemplateScope } from './run.ts'
import type { Arguments, Comparison, Expression } from './syntax.ts'
import {
  checkIsThere,
  Dict,
  Native,
  Slice,
  TemplateProblem,
  type TemplateValue,
  Tuple,
  typeOf,
  Undefined,
} from './values.ts'

/** `filtered` is what a filter without a value before it works on: the text of a block. */
export function evaluateExpression(
  expression: Expression,
  scope: TemplateScope,
  run: Run,
  filtered: TemplateValue = '',
): TemplateValue {
  run.spend(1)
  run.line = expression.line
  const value = (each: Expression) => evaluateExpression(each, scope, run, filtered)
  switch (expression.kind) {
    case 'constant':
      return expression.value
    case 'name': {
      const found = scope.get(expression.name)
      return found === undefined ? new Undefined(`'${expression.name}' is undefined`) : found
    }
    case 'list':
      return expression.items.map(value)
    case 'tuple':
      return new Tuple(expression.items.map(value))
    case 'dict':
      return new Dict(expression.entries.map(([key, each]) => [value(key), value(each)]))
    case 'attribute': {
      const of = value(expression.of)
      const found = attribute(of, expression.name)
      // A method works through its text or list.
      if (found instanceof Native) run.spendOn(of)
      return found
    }
    case 'item': {
      const [of, key] = [value(expression.of), value(expression.key)]
      const found = item(of, key)
      run.spendOn(key instanceof Slice && typeof of !== 'string' ? found : typeof of === 'string' ? of : null)
      return found
    }
    case 'slice': {
      const [start, stop, step] = expression.parts.map((part) => (part === undefined ? null : value(part)))
      return new Slice(start, stop, step)
    }
    case 'call': {
      const of = value(expression.of)
      const given = argumentsOf(expression.given, value)
      run.line = expression.line
      return checked(callValue(of, ...given), run)
    }
    case 'filter': {
      const of = expression.of === undefined ? filtered : value(expression.of)
      const given = argumentsOf(expression.given, value)
      run.line = expression.line
      return checked(run.filter(expression.name, of, given), run)
    }
    case 'test': {
      const of = value(expression.of)
      const given = argumentsOf(expression.given, value)
      run.line = expression.line
      return run.test(expression.name, of, given)
    }
    case 'not':
      return !isTrue(value(expression.of))
    case 'signed':
      return signed(expression.sign, value(expression.of))
    case 'arithmetic': {
      const [left, right] = [value(expression.left), value(expression.right)]
      run.line = expression.line
      return checked(calculate(expression.sign, left, right), run, expression.sign === '+')
    }
    case 'and': {
      const left = value(expression.left)
      return isTrue(left) ? value(expression.right) : left
    }
    case 'or': {
      const left = value(expression.left)
      return isTrue(left) ? left : value(expression.right)
    }
    case 'joined': {
      const parts = expression.parts.map((part) => textOf(value(part)))
      checkTextLength(parts.reduce((sum, part) => sum + part.length, 0))
      return checked(parts.join(''), run, true)
    }
    case 'comparison': {
      let left = value(expression.first)
      for (const [sign, right] of expression.rest) {
        const next = value(right)
        run.line = expression.line
        run.spendOn(left)
        run.spendOn(next)
        if (!holds(sign, left, next)) return false
        left = next
      }
      return true
    }
    case 'choice':
      if (isTrue(value(expression.test))) return value(expression.chosen)
      if (expression.otherwise !== undefined) return value(expression.otherwise)
      return new Undefined(
        `the inline if-expression on line ${expression.line} evaluated to false and no else section was defined.`,
      )
  }
}

/** A value that was just made. Throws where it is too long. It costs by its length; joined texts do not: none is copied. */
function checked(value: TemplateValue, run: Run, isJoined = false): TemplateValue {
  if (typeof value === 'string') checkTextLength(value.length)
  else if (Array.isArray(value)) checkListLength(value.length)
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) !== value) run.spend(100)
  else if (typeof value !== 'string' || !isJoined) run.spendOn(value)
  return value
}

function holds(sign: Comparison, left: TemplateValue, right: TemplateValue): boolean {
  switch (sign) {
    case '==':
      return equals(left, right)
    case '!=':
      return !equals(left, right)
    case 'in':
      return contains(right, left)
    case 'not in':
      return !contains(right, left)
    default:
      return inOrder[sign](compare(left, right, sign))
  }
}

export function argumentsOf(given: Arguments, value: (expression: Expression) => TemplateValue): Args {
  const positional = given.positional.map(value)
  const named = new Map(given.named.map(([name, each]) => [name, value(each)]))
  if (given.rest !== undefined) positional.push(...rowOf(value(given.rest)))
  if (given.restNamed !== undefined) {
    for (const [name, each] of methodNames(value(given.restNamed))) {
      if (named.has(name)) throw new TemplateProblem(`got multiple values for keyword argument '${name}'`)
      named.set(name, each)
    }
  }
  return [positional, named]
}

function rowOf(value: TemplateValue): readonly TemplateValue[] {
  if (Array.isArray(value)) return value
  if (value instanceof Tuple) return value.items
  throw new TemplateProblem(`argument after * must be a list or a tuple, not ${typeOf(value)}`)
}

export function callValue(
  of: TemplateValue,
  positional: TemplateValue[],
  named: Map<string, TemplateValue>,
): TemplateValue {
  checkIsThere(of)
  if (!(of instanceof Native) || of.call === undefined)
    throw new TemplateProblem(`'${typeOf(of)}' object is not callable`)
  return of.call(positional, named)
}

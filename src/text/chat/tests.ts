// The tests that stand behind `is`.

import { bind } from './arguments.ts'
import { filters } from './filters.ts'
import { figureOf } from './numbers.ts'
import { calculate, compare, contains, equals, inOrder, type Order } from './operators.ts'
import { textOf } from './printing.ts'
import type { Test } from './run.ts'
import { stringMethods } from './stringMethods.ts'
import { Dict, DictView, Markup, Native, plain, Slice, type TemplateValue, Undefined, ValueStream } from './values.ts'

const alone =
  (test: (value: TemplateValue) => boolean): Test =>
  (value, positional, named) => {
    bind('test', '', positional, named)
    return test(value)
  }

const withOne =
  (test: (value: TemplateValue, other: TemplateValue) => boolean): Test =>
  (value, positional, named) => {
    const [other = null] = bind('test', 'other', positional, named)
    return test(value, other)
  }

const ordered = (sign: Order): Test => withOne((a, b) => inOrder[sign](compare(a, b, sign)))
const rest = (value: TemplateValue, by: TemplateValue): TemplateValue => calculate('%', value, by)
const isMethod = (name: 'islower' | 'isupper') => alone((value) => stringMethods[name][1](textOf(value), []) === true)
const known = (table: () => object): Test => alone((name) => typeof name === 'string' && Object.hasOwn(table(), name))

const isEqual = withOne(equals)
const isUnequal = withOne((a, b) => !equals(a, b))

function isIterable(value: TemplateValue): boolean {
  if (value === null || value instanceof Slice) return false
  return typeof value === 'object'
    ? !(value instanceof Native) || value.type === 'LoopContext'
    : typeof value === 'string'
}

export const tests: Readonly<Record<string, Test>> = {
  boolean: alone((value) => typeof value === 'boolean'),
  callable: alone((value) => value instanceof Undefined || (value instanceof Native && value.call !== undefined)),
  defined: alone((value) => !(value instanceof Undefined)),
  divisibleby: (value, positional, named) => {
    const [by = null] = bind('divisibleby', 'num', positional, named)
    return equals(rest(value, by), 0n)
  },
  escaped: alone((value) => value instanceof Markup),
  even: alone((value) => equals(rest(value, 2n), 0n)),
  false: alone((value) => value === false),
  filter: known(() => filters),
  float: alone((value) => typeof value === 'number'),
  in: withOne((value, container) => contains(container, value)),
  integer: alone((value) => typeof value === 'bigint'),
  iterable: alone(isIterable),
  lower: isMethod('islower'),
  mapping: alone((value) => value instanceof Dict),
  none: alone((value) => value === null),
  number: alone((value) => figureOf(value) !== undefined),
  odd: alone((value) => equals(rest(value, 2n), 1n)),
  sameas: withOne((value, other) => value === other),
  sequence: alone(
    (value) =>
      isIterable(value) && !(value instanceof ValueStream || value instanceof DictView || value instanceof Native),
  ),
  string: alone((value) => typeof plain(value) === 'string'),
  test: known(() => tests),
  true: alone((value) => value === true),
  undefined: alone((value) => value instanceof Undefined),
  upper: isMethod('isupper'),
  '==': isEqual,
  eq: isEqual,
  equalto: isEqual,
  '!=': isUnequal,
  ne: isUnequal,
  '>': ordered('>'),
  gt: ordered('>'),
  greaterthan: ordered('>'),
  '>=': ordered('>='),
  ge: ordered('>='),
  '<': ordered('<'),
  lt: ordered('<'),
  lessthan: ordered('<'),
  '<=': ordered('<='),
  le: ordered('<='),
}

// Functions as signs, for steps that are written out one after the other.

import type { Elementwise } from '../../../tensor/elementwise.ts'

/** The sign that stands between two numbers, or before one. */
export const functionSigns: Readonly<Record<Elementwise, string>> = {
  add: '+',
  subtract: '−',
  multiply: '×',
  divide: '÷',
  negate: '−',
  reciprocal: '1 ÷',
  exp: 'e to the power of',
  sqrt: '√',
  abs: 'size of',
  log: 'ln',
  tanh: 'tanh',
  erf: 'erf',
  sin: 'sin',
  cos: 'cos',
  floor: 'floor',
  maximum: 'the larger of it and',
  minimum: 'the smaller of it and',
  lessEqual: '≤',
  less: '<',
  equal: '=',
  where: 'where',
}

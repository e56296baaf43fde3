// The terms that values are made of: which instructions compute a sum, a softmax's exponential, a random number.

import type { RandomValue, Value } from '../../lower/kernel.ts'
import { rare } from '../rare.ts'
import { expTerm, logTerm, randomTerm, seedTerm, tanhTerm } from './elementary.ts'
import { given, mask, type OperationTerm, operation, splat, type Term, times } from './terms.ts'

/** The values that a kernel itself brings. `vector` counts from 0. */
export interface Leaves {
  /** Pushes the operand's cells. */
  load(operand: number, vector: number): void
  /** Pushes the product's cells. */
  product?(vector: number): void
  /** Pushes the places on an axis, as numbers. */
  index?(axis: number, vector: number): void
  /** Pushes Σ place · strides, as whole numbers. */
  cell?(strides: readonly number[], vector: number): void
  /**
   * A value that need not be computed, because the kernel has it: a reduction's result, or one that is the same for
   * all cells or was kept. Gives back what pushes it.
   */
  known?(value: Value): ((vector: number) => void) | undefined
  /** The same for what a random value derives from its key and its step (emitSeed). */
  seed?(value: RandomValue): ((vector: number) => void) | undefined
}

/** The terms of values, as numbers. */
export function termsOf(values: readonly Value[], leaves: Leaves): Term[] {
  const made = new Map<Value, Term>()

  function termOf(value: Value): Term {
    const already = made.get(value)
    if (already) return already
    const push = leaves.known?.(value)
    const term = push ? given(push, true) : compute(value)
    made.set(value, term)
    return term
  }

  function compute(value: Value): Term {
    switch (value.kind) {
      case 'load':
        return given((vector) => leaves.load(value.operand, vector))
      case 'constant':
        return splat(value.value)
      case 'product':
        return given((vector) => need(leaves.product, 'a product')(vector))
      case 'index':
        return given((vector) => need(leaves.index, 'an index')(value.axis, vector))
      case 'random': {
        const known = leaves.seed?.(value)
        const cell = given((vector) => need(leaves.cell, 'a random number')(value.strides, vector))
        return randomTerm(known ? given(known, true) : seedOf(value, (step) => asNumber(termOf(step))), cell)
      }
      case 'reduce':
        throw new Error('values: a reduction was used where the kernel does not know its result.')
      case 'apply':
        return apply(value.operation, value.inputs.map(termOf))
    }
  }

  return values.map((value) => asNumber(termOf(value)))
}

function need<F>(leaf: F | undefined, what: string): F {
  if (!leaf) throw new Error(`values: this kernel has no place for ${what}.`)
  return leaf
}

export function seedOf(value: RandomValue, termOf: (step: Value) => Term): Term {
  return seedTerm({ kind: 'bits', bits: value.key | 0 }, termOf(value.step))
}

const isMask = (term: Term): boolean => term.kind === 'operation' && term.isMask === true
const asNumber = (term: Term): Term => (isMask(term) ? operation('v128.and', term, splat(1)) : term)
const asMask = (term: Term): Term => (isMask(term) ? term : mask('f32x4.ne', term, splat(0)))
const isConstant = (term: Term, value: number): boolean => term.kind === 'constant' && Object.is(term.value, value)

type Apply = Extract<Value, { kind: 'apply' }>['operation']

function apply(name: Apply, inputs: readonly Term[]): Term {
  // Products and extremes of masks are masks again.
  if (inputs.length === 2 && inputs.every(isMask)) {
    if (name === 'multiply' || name === 'minimum') return mask('v128.and', ...inputs)
    if (name === 'maximum') return mask('v128.or', ...inputs)
  }
  if (name === 'where') return where(inputs[0], asNumber(inputs[1]), asNumber(inputs[2]))
  const [a, b] = inputs.map(asNumber)
  switch (name) {
    case 'negate':
      return operation('f32x4.neg', a)
    case 'exp':
      return expTerm(a)
    case 'log':
      return logTerm(a)
    case 'sqrt':
      return operation('f32x4.sqrt', a)
    case 'reciprocal':
      return operation('f32x4.div', splat(1), a)
    case 'tanh':
      return tanhTerm(a)
    case 'erf':
    case 'sin':
    case 'cos':
      return rare('functions').rareFunctions[name](a)
    case 'abs':
      return operation('f32x4.abs', a)
    case 'floor':
      return operation('f32x4.floor', a)
    case 'add':
      return addition(a, b)
    case 'subtract':
      return isProduct(b) ? operation('f32x4.relaxed_nmadd', ...b.inputs, a) : operation('f32x4.sub', a, b)
    case 'multiply':
      return times(a, b)
    case 'divide':
      return operation('f32x4.div', a, b)
    case 'maximum':
      return operation('f32x4.max', a, b)
    case 'minimum':
      return operation('f32x4.min', a, b)
    case 'lessEqual':
      return mask('f32x4.le', a, b)
    case 'less':
      return mask('f32x4.lt', a, b)
    case 'equal':
      return mask('f32x4.eq', a, b)
  }
}

const isProduct = (term: Term): term is OperationTerm => term.kind === 'operation' && term.instruction === 'f32x4.mul'

/** A sum with a product is fused whoever else uses the product, so that the same value has the same bits everywhere. */
function addition(a: Term, b: Term): Term {
  if (isProduct(a)) return operation('f32x4.relaxed_madd', ...a.inputs, b)
  if (isProduct(b)) return operation('f32x4.relaxed_madd', ...b.inputs, a)
  return operation('f32x4.add', a, b)
}

function where(condition: Term, then: Term, otherwise: Term): Term {
  const chosen = asMask(condition)
  if (isConstant(otherwise, 0)) return operation('v128.and', then, chosen)
  if (isConstant(then, 0)) return operation('v128.andnot', otherwise, chosen)
  return operation('v128.bitselect', then, otherwise, chosen)
}

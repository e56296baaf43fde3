// What values are made of on a vector machine: terms, about one for each instruction. A term stands for vectors of four
// numbers; termsOf.ts makes them of values, emitTerms.ts turns them into code, elementary.ts makes exp, tanh … of them.
//
// Comparisons are masks (all bits of a lane are set, or none) until somebody needs them as numbers.

import type { Instruction } from '../wasm/instructions.ts'

export type Term = Constant | Bits | Given | OperationTerm

interface Constant {
  readonly kind: 'constant'
  readonly value: number
}

/** 32 bits that need not be a number. */
interface Bits {
  readonly kind: 'bits'
  readonly bits: number
}

/** A value that the kernel itself pushes: a load, the result of a reduction, a value kept from before. */
interface Given {
  readonly kind: 'given'
  readonly push: (vector: number) => void
  /** Pushing it again costs no more than keeping it in a register would. */
  readonly isCheap: boolean
}

/** `f32x4.relaxed_madd` (a·b + c) and `f32x4.relaxed_nmadd` (c − a·b) stand for two instructions where nothing fuses them. */
export interface OperationTerm {
  readonly kind: 'operation'
  readonly instruction: Instruction
  readonly inputs: readonly Term[]
  /** By how many bits whole numbers are shifted. */
  readonly shift?: number
  readonly isMask?: boolean
}

/** The same number in every lane. */
export const splat = (value: number): Term => ({ kind: 'constant', value })
export const given = (push: (vector: number) => void, isCheap = false): Term => ({ kind: 'given', push, isCheap })
export const operation = (instruction: Instruction, ...inputs: readonly Term[]): Term => ({
  kind: 'operation',
  instruction,
  inputs,
})
export const mask = (instruction: Instruction, ...inputs: readonly Term[]): Term => ({
  kind: 'operation',
  instruction,
  inputs,
  isMask: true,
})
export const shift = (instruction: Instruction, input: Term, bits: number): Term => ({
  kind: 'operation',
  instruction,
  inputs: [input],
  shift: bits,
})

export const plus = (a: Term, b: Term): Term => operation('f32x4.add', a, b)
export const minus = (a: Term, b: Term): Term => operation('f32x4.sub', a, b)
export const dividedBy = (a: Term, b: Term): Term => operation('f32x4.div', a, b)
export const multiplyAdd = (a: Term, b: Term, c: Term): Term => operation('f32x4.relaxed_madd', a, b, c)
/** c − a·b */
export const subtractProduct = (a: Term, b: Term, c: Term): Term => operation('f32x4.relaxed_nmadd', a, b, c)

/** Two constant factors are made one. */
export function times(a: Term, b: Term): Term {
  if (b.kind !== 'constant') return a.kind === 'constant' ? times(b, a) : operation('f32x4.mul', a, b)
  if (a.kind === 'operation' && a.instruction === 'f32x4.mul') {
    const [x, factor] = a.inputs
    if (factor.kind === 'constant') return operation('f32x4.mul', x, splat(factor.value * b.value))
  }
  return operation('f32x4.mul', a, b)
}

export const select = (condition: Term, then: Term, otherwise: Term): Term =>
  operation('v128.bitselect', then, otherwise, condition)

/** x between two numbers; NaN stays NaN. */
export const clamp = (x: Term, low: number, high: number): Term =>
  operation('f32x4.pmax', operation('f32x4.pmin', x, splat(high)), splat(low))

/** A finite number made of 32 bits. */
export function numberOfBits(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]
}

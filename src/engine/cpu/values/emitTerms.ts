// Terms as instructions: step by step for several vectors side by side.

import type { Local, WasmFunction } from '../wasm/function.ts'
import type { ValueContext } from './context.ts'
import { TermOrder } from './termOrder.ts'
import type { OperationTerm, Term } from './terms.ts'

/** Computes terms for all vectors, and calls `use` for each and each vector with it on the stack. */
export function emitTerms(
  f: WasmFunction,
  roots: readonly Term[],
  context: ValueContext,
  use: (which: number, vector: number) => void,
): void {
  const { width, registers, constants, machine } = context
  const schedule = new TermOrder(roots)
  const results = new Map<Term, Local[]>()

  function pushLeaf(term: Term, vector: number): void {
    if (term.kind === 'constant') constants.push(term.value)
    else if (term.kind === 'bits') f.i32x4(term.bits, term.bits, term.bits, term.bits)
    else if (term.kind === 'given') term.push(vector)
  }

  for (const term of schedule.order) {
    const result = registers.takeMany(width)
    if (term.kind === 'operation') emitOperation(term, result)
    else
      result.forEach((register, vector) => {
        pushLeaf(term, vector)
        f.set(register)
      })
    results.set(term, result)
    for (const finished of schedule.finishedBy(term)) registers.give(...(results.get(finished) ?? []))
  }

  function emitOperation(term: OperationTerm, result: readonly Local[]): void {
    // A constant is loaded once for all vectors.
    const loaded = new Map<Term, Local>()
    for (const input of term.inputs) {
      if ((input.kind !== 'constant' && input.kind !== 'bits') || results.has(input) || loaded.has(input)) continue
      const register = registers.take()
      pushLeaf(input, 0)
      f.set(register)
      loaded.set(input, register)
    }
    const push = (input: Term, vector: number): void => {
      const register = results.get(input)?.[vector] ?? loaded.get(input)
      if (register) f.push(register)
      else pushLeaf(input, vector)
    }
    result.forEach((register, vector) => {
      const [a, b, c] = term.inputs
      if (term.instruction === 'f32x4.relaxed_nmadd' && !machine.fma) {
        push(c, vector)
        push(a, vector)
        push(b, vector)
        f.op('f32x4.mul', 'f32x4.sub')
      } else if (term.instruction === 'f32x4.relaxed_madd' && !machine.fma) {
        push(a, vector)
        push(b, vector)
        f.op('f32x4.mul')
        push(c, vector)
        f.op('f32x4.add')
      } else {
        for (const input of term.inputs) push(input, vector)
        if (term.shift !== undefined) f.push(term.shift)
        f.op(term.instruction)
      }
      f.set(register)
    })
    registers.give(...loaded.values())
  }

  roots.forEach((root, which) => {
    for (let vector = 0; vector < width; vector++) {
      const register = results.get(root)?.[vector]
      if (register) f.push(register)
      use(which, vector)
    }
  })
  for (const root of new Set(roots)) registers.give(...(results.get(root) ?? []))
}

// Turns the values of a kernel into vector code: `width` vectors of four cells are computed side by side, step by step,
// so that the next vector's step runs while the last one's result is still under way, and so that V8 finds neighbours
// to pair into 256-bit operations (it starts from adjacent stores and follows them up).
//
//   values ─ terms (termsOf.ts, elementary.ts) ─ their order (termOrder.ts) ─ instructions (emitTerms.ts)

import type { RandomValue, Value } from '../../lower/kernel.ts'
import type { WasmFunction } from '../wasm/function.ts'
import type { ValueContext } from './context.ts'
import { emitTerms } from './emitTerms.ts'
import { TermOrder } from './termOrder.ts'
import { seedOf, termsOf } from './termsOf.ts'

/**
 * Computes every value of the list for all vectors, each value object once, and then calls `use` for each value and
 * vector, with the result on the stack. All loads come before the first use; the uses of one value come one after another.
 */
export function emitValues(
  f: WasmFunction,
  values: readonly Value[],
  context: ValueContext,
  use: (which: number, vector: number) => void,
): void {
  emitTerms(f, termsOf(values, context), context, use)
}

/** Leaves on the stack what all cells of a random value share. */
export function emitSeed(f: WasmFunction, value: RandomValue, context: ValueContext): void {
  emitTerms(f, [seedOf(value, (step) => termsOf([step], context)[0])], { ...context, width: 1 }, () => {})
}

/** The number of vectors that are alive at once, for each of those computed side by side. */
export function liveVectors(values: readonly Value[], context: ValueContext): number {
  const schedule = new TermOrder(termsOf(values, context))
  let live = 0
  let most = 0
  for (const term of schedule.order) {
    most = Math.max(most, ++live)
    live -= schedule.finishedBy(term).length
  }
  return most
}

// What reductions need of the machine: how vectors are combined, and in how many accumulators side by side.

import type { Reduction } from '../../lower/kernel.ts'
import type { Local, WasmFunction } from '../wasm/function.ts'

export const combining = { sum: 'f32x4.add', maximum: 'f32x4.max' } as const

/** The number of vectors to compute side by side: few enough for the registers to hold what is alive of each. */
export function widthOf(live: number, isWide: boolean): number {
  return isWide && live <= 6 ? 8 : 4
}

/** Adds the vector on the stack up, its first cells only where it reaches beyond the row's end. */
export function accumulate(f: WasmFunction, { operation }: Reduction, accumulator: Local, lanes: number): void {
  const mask = Array.from({ length: 4 }, (_, lane) => (lane < lanes ? -1 : 0))
  if (lanes < 4 && operation === 'sum') f.i32x4(...mask).op('v128.and')
  if (lanes < 4 && operation === 'maximum')
    f.f32x4(-Infinity)
      .i32x4(...mask)
      .op('v128.bitselect')
  f.push(accumulator).op(combining[operation]).set(accumulator)
}

/** Writes registers to memory and reads them again: V8 begins to pair at adjacent stores. */
export function passThroughMemory(f: WasmFunction, group: readonly Local[], address: Local, offset: number): void {
  group.forEach((register, i) => {
    f.push(address, register).store('v128.store', offset + i * 16)
  })
  group.forEach((register, i) => {
    f.push(address)
      .load('v128.load', offset + i * 16)
      .set(register)
  })
}

/** Combines vectors, then four lanes, in one order always; all lanes of the result are equal. It stands in the first register. */
export function combine(f: WasmFunction, group: readonly Local[], operation: 'f32x4.add' | 'f32x4.max'): Local {
  const result = group[0]
  for (let half = group.length / 2; half >= 1; half /= 2) {
    for (let i = 0; i < half; i++)
      f.push(group[i], group[i + half])
        .op(operation)
        .set(group[i])
  }
  f.push(result, result, result).shuffle(2, 3, 0, 1).op(operation).set(result)
  f.push(result, result, result).shuffle(1, 0, 3, 2).op(operation).set(result)
  return result
}

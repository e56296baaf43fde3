// Small arithmetic on addresses and counts (i32), written as one reads it.

import type { Local, Pushable, WasmFunction } from './wasm.ts'

/** A variable or a number, or the sum of several. */
export type Address = Pushable | readonly Pushable[]

/** Pushes the sum of the parts. */
export function pushAddress(f: WasmFunction, address: Address): WasmFunction {
  if (!Array.isArray(address)) return f.push(address as Pushable)
  const parts = (address as readonly Pushable[]).filter((part) => part !== 0)
  parts.forEach((part, i) => {
    f.push(part)
    if (i > 0) f.op('i32.add')
  })
  return parts.length > 0 ? f : f.push(0)
}

/** target = the sum of the parts. */
export function set(f: WasmFunction, target: Local, ...parts: readonly Pushable[]): void {
  pushAddress(f, parts).set(target)
}

/** address += index · stride */
export function advance(f: WasmFunction, address: Local, index: Pushable, stride: number): void {
  if (stride !== 0) f.push(address, index, stride).op('i32.mul', 'i32.add').set(address)
}

/** target = the smaller of two, or the larger; the first may be the target itself. */
export function setLeast(f: WasmFunction, target: Local, a: Local, b: Pushable): void {
  f.push(a, b, a, b).op('i32.lt_s', 'select').set(target)
}
export function setMost(f: WasmFunction, target: Local, a: Local, b: Pushable): void {
  f.push(a, b, a, b).op('i32.gt_s', 'select').set(target)
}

/** count = the next multiple of `multiple`, for count ≥ 0. */
export function setRoundedUp(f: WasmFunction, count: Local, multiple: number): void {
  f.push(count, multiple - 1).op('i32.add').push(multiple).op('i32.div_u').push(multiple).op('i32.mul').set(count)
}

/** Calls a function with these arguments. */
export function call(f: WasmFunction, callee: WasmFunction, ...values: readonly Address[]): void {
  for (const value of values) pushAddress(f, value)
  f.call(callee)
}

// Pieces of code that attention's functions share: arithmetic on addresses and counts (i32), rows of vectors, and
// loops.

import type { Machine } from '../emitted.ts'
import type { Local, Pushable, WasmFunction } from '../wasm/function.ts'

/** A variable or a number, or the sum of several. */
export type AddressSum = Pushable | readonly Pushable[]

/** Pushes the sum of the parts. */
function pushAddress(f: WasmFunction, address: AddressSum): WasmFunction {
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

/** target = a - b */
export function setDifference(f: WasmFunction, target: Local, a: Pushable, b: Pushable): void {
  f.push(a, b).op('i32.sub').set(target)
}

/** count = the next multiple of `multiple`, for count ≥ 0. */
export function setRoundedUp(f: WasmFunction, count: Local, multiple: number): void {
  set(f, count, count, multiple - 1)
  f.push(count, multiple).op('i32.div_u').push(multiple).op('i32.mul').set(count)
}

/** Calls a function with these arguments. */
export function call(f: WasmFunction, callee: WasmFunction, ...values: readonly AddressSum[]): void {
  for (const value of values) pushAddress(f, value)
  f.call(callee)
}

/** Pushes the vector of four cells that stands `v` vectors and `bytes` bytes after an address. */
export function pushVector(f: WasmFunction, address: Local, v: number, bytes = 0): WasmFunction {
  return f.push(address).load('v128.load', bytes + v * 16)
}

/** Stores vectors side by side, `bytes` after an address. With nothing between the stores, V8 pairs the vectors. */
export function storeVectors(f: WasmFunction, address: Local, vectors: readonly Local[], bytes = 0): void {
  vectors.forEach((vector, v) => {
    f.push(address, vector).store('v128.store', bytes + v * 16)
  })
}

/** Sets every vector to four equal numbers. */
export function setVectors(f: WasmFunction, vectors: readonly Local[], value: number): void {
  for (const vector of vectors) f.f32x4(value).set(vector)
}

/** Pushes a · b + c: fused, or rounded in between. */
export function pushMultiplyAdd(f: WasmFunction, machine: Machine, a: Local, b: Local, c: Local): WasmFunction {
  if (machine.fma) return f.push(a, b, c).op('f32x4.relaxed_madd')
  return f.push(a, b).op('f32x4.mul').push(c).op('f32x4.add')
}

/** Runs `body` `count` times, perhaps never; `count` is used up. */
export function repeat(f: WasmFunction, count: Local, body: () => void): void {
  f.block(() => {
    f.push(count, 0).op('i32.le_s').branchIf(0)
    f.loop(() => {
      body()
      f.push(count, 1).op('i32.sub').tee(count).branchIf(0)
    })
  })
}

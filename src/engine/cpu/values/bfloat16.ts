// Reads bfloat16 as floats: a cell's two bytes are the upper half of its float, and the lower half is zero.

import type { WasmFunction } from '../wasm/function.ts'

/** Four neighbouring cells, from the address on the stack on. */
export function widenFour(f: WasmFunction, offset = 0): WasmFunction {
  return f.load('v128.load16x4_u', offset).push(16).op('i32x4.shl')
}

/** The cell at the address on the stack, in all lanes. */
export function widenSpread(f: WasmFunction, offset = 0): WasmFunction {
  return f.load('v128.load16_splat', offset).push(16).op('i32x4.shl')
}

/** On the stack are an address and a vector whose lane is zero: the lane becomes the cell. */
export function widenLane(f: WasmFunction, lane: number, offset = 0): WasmFunction {
  return f.laneMemory('v128.load16_lane', 2 * lane + 1, offset)
}

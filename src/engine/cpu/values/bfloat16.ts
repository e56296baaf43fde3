// Reads bfloat16 as floats: a cell's two bytes are the upper half of its float, and the lower half is zero. Loaded for programs
// that read any (rare.ts).

import type { WasmFunction } from '../wasm/function.ts'

/** Pushes a vector of cells that lie `stride` cells apart, all alike where that is 0; the lanes beyond are zero. The offset is in bytes. */
export function widen(
  f: WasmFunction,
  {
    lanes,
    stride,
    offset,
    pushAddress,
  }: { readonly lanes: number; readonly stride: number; readonly offset: number; readonly pushAddress: () => void },
): void {
  if (stride === 0) {
    pushAddress()
    f.load('v128.load16_splat', offset).push(16).op('i32x4.shl')
  } else if (stride === 1 && lanes === 4) {
    pushAddress()
    widenFour(f, offset)
  } else {
    for (let lane = 0; lane < lanes; lane++) pushAddress()
    f.f32x4(0)
    for (let lane = 0; lane < lanes; lane++) widenLane(f, lane, offset + lane * stride * 2)
  }
}

/** Four neighbouring cells, from the address on the stack on. */
export function widenFour(f: WasmFunction, offset = 0): WasmFunction {
  return f.load('v128.load16x4_u', offset).push(16).op('i32x4.shl')
}

/** On the stack are an address and a vector whose lane is zero: the lane becomes the cell. */
export function widenLane(f: WasmFunction, lane: number, offset = 0): WasmFunction {
  return f.laneMemory('v128.load16_lane', 2 * lane + 1, offset)
}

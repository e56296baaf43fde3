// What every kernel generator of the CPU engine returns, and what it may know of the machine.

import type { WasmFunction } from './wasm/function.ts'

/** The abilities that kernels may use: found out at start (machine.ts), or forced. */
export interface Machine {
  /** Fused multiply-add (relaxed SIMD) exists. Without it a product is rounded before it is added. */
  readonly fma: boolean
  /** V8 pairs adjacent 128-bit operations into 256-bit ones. */
  readonly paired: boolean
  /** The tile of a matrix product that is kept in registers: rows, and vectors of four columns. */
  readonly tile: { readonly rows: number; readonly vectors: number }
}

/**
 * One stage of a kernel. Its function has the parameters
 *   (from, to, operand 0, …, operand n-1, shared scratch, own scratch), all i32, addresses in bytes;
 * it works on the units [from, to) of `units`. All threads finish a stage before any begins the next.
 * Every unit's result is the same bits whichever thread computes it and whichever units it comes with.
 */
export interface Stage {
  readonly function: WasmFunction
  readonly units: number
  /** Units are handed out in multiples of this. */
  readonly grain: number
}

export interface Emitted {
  readonly stages: readonly Stage[]
  /** Bytes that all threads share during the kernel, and bytes that each thread has to itself. */
  readonly sharedScratch: number
  readonly ownScratch: number
}

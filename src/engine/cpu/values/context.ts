// What a kernel tells about itself, so that values can be computed in it.

import type { RandomValue, Value } from '../../lower/kernel.ts'
import type { Machine } from '../emitted.ts'
import type { ConstantReader } from './constants.ts'
import type { Registers } from './registers.ts'

/** A kernel's word about itself, so that values can be computed in it. `vector` counts from 0 to width - 1. */
export interface ValueContext {
  readonly machine: Machine
  /** The number of vectors that are computed side by side. */
  readonly width: number
  readonly constants: ConstantReader
  /** The function's free vector registers. */
  readonly registers: Registers
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

// What a kernel tells about itself, so that values can be computed in it.

import type { Machine } from '../emitted.ts'
import type { ConstantReader } from './constants.ts'
import type { Registers } from './registers.ts'
import type { Leaves } from './termsOf.ts'

/** A kernel's word about itself, so that values can be computed in it. `vector` counts from 0 to width - 1. */
export interface ValueContext extends Leaves {
  readonly machine: Machine
  /** The number of vectors that are computed side by side. */
  readonly width: number
  readonly constants: ConstantReader
  /** The function's free vector registers. */
  readonly registers: Registers
}

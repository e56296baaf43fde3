// What a machine likes. Lowering takes all its choices from here, and knows nothing else of the machine: which values share
// memory, what is computed in one kernel, what is run whole.
//
// cpu/target.ts is one of these, with its reasons.

import type { Elementwise, Kernel, Value } from './kernel.ts'
import type { Layout } from './layout.ts'
import type { WholeKernel } from './whole.ts'

export interface Target {
  /** Rows are padded to whole vectors of the machine. */
  readonly layout: Layout
  readonly memory: MemoryLimits
  /** A kernel reads and writes at most `most` values larger than `above` bytes; a single number has 4. */
  readonly operands: { readonly most: number; readonly above: number }
  readonly repeating: Repeating
  /** The functions that a product may compute from its finished cells, and the number of them for one value. */
  readonly epilogue: { readonly functions: ReadonlySet<Elementwise>; readonly mostSteps: number }
  /** True if a kernel can read this one of its operands where it is kept as bfloat16. Rows that copy must; nothing, where nothing is kept so. */
  readsHalf(kernel: Kernel, operand: number): boolean
  /** The kernels that run a definition whole, by the definition's name. Others are opened. */
  readonly whole: Readonly<Record<string, WholeKernel>>
  readonly costs: Costs
  readonly speed: Speed
  /** So many calls run side by side at most. */
  readonly mostInWave: number
}

/** Bytes. */
export interface MemoryLimits {
  /** Where a value begins is a multiple of it. */
  readonly alignment: number
  /** Memory comes in slabs, none larger than this; a value lies in one of them whole. */
  readonly largestSlab: number
  /** Up to this size a value shares its memory with no other: kernels that reuse memory have to wait for one another. */
  readonly mostUnshared: number
}

/** When a value that several kernels need is kept, and not computed again by each. */
export interface Repeating {
  /** It is kept if it is computed from more kept values of its own size than so many … */
  readonly mostReads: number
  /** … and has more cells than so many. */
  readonly mostCells: number
  /** And if it is computed from more kept values of any size than so many, whoever needs it. */
  readonly mostReadsOnce: number
}

/** In instructions. */
export interface Costs {
  /** About how many a value takes for itself, for one cell or one vector of cells. */
  of(value: Value): number
  /** Writing a value down in one pass over a row, and reading it in the next. */
  readonly keeping: number
}

/** The work that one of the machine's threads does in a microsecond, and how many of them a call takes in any case. */
export interface Speed {
  /** Operations of products. */
  readonly flops: number
  /** Bytes read or written. */
  readonly bytes: number
  readonly call: number
}

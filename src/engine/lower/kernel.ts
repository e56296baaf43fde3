// What an engine runs: a graph comes out of the scheduler as a list of these kernels.
//
// A kernel says which loops to run and what to compute in them; nothing here knows of WebAssembly or of any machine.
// Sizes and strides are whole numbers of 4-byte cells. An `operand` is one run of memory that the kernel reads or
// writes; its address is given when the kernel is called, so that kernels of equal shape share one piece of code.
//
// In memory the last axis of a value is contiguous and its rows are padded to whole vectors of four cells; what
// stands in the padding is undefined, and no result may depend on it.

import type { Elementwise } from '../../tensor/elementwise.ts'

export type { Elementwise }

/** The computation of a kernel for one cell: a graph of these, in which equal objects are computed once. */
export type Value =
  | { readonly kind: 'load'; readonly operand: number }
  | { readonly kind: 'constant'; readonly value: number }
  /** The place on one of the kernel's axes, as a number. */
  | { readonly kind: 'index'; readonly axis: number }
  /** A uniform number in [0, 1), a function of the key, of `step` (a whole number) and of the cell: Σ place · strides. */
  | { readonly kind: 'random'; readonly key: number; readonly step: Value; readonly strides: readonly number[] }
  | { readonly kind: 'apply'; readonly operation: Elementwise; readonly inputs: readonly Value[] }
  /** Over the kernel's reduced axis or axes. */
  | { readonly kind: 'reduce'; readonly operation: 'sum' | 'maximum'; readonly input: Value }
  /** In the epilogue of a product: the product's own cell. */
  | { readonly kind: 'product' }

/** A value of a random number. */
export type RandomValue = Extract<Value, { kind: 'random' }>

/** A reduction's result. */
export type Reduction = Extract<Value, { kind: 'reduce' }>

/** The place of an operand along the kernel's axes: one stride for each of them, 0 where it does not vary. */
export interface KernelOperand {
  readonly strides: readonly number[]
  /** Its cells are of two bytes, and are only read. */
  readonly type?: 'bf16'
  /** The operand is a table: its row is looked up, at `ids` (another operand), and a row is `stride` cells long. */
  readonly lookup?: { readonly ids: number; readonly stride: number; readonly size: number }
}

export interface Store {
  readonly operand: number
  readonly value: Value
}

/**
 * For each row (a place on all axes but the last): reductions run over the last axis, and stores write it.
 * A store whose value does not vary along the last axis (its operand has stride 0 there) is written once a row.
 */
export interface RowsKernel {
  readonly kind: 'rows'
  readonly axes: readonly number[]
  readonly operands: readonly KernelOperand[]
  readonly stores: readonly Store[]
}

/** Like RowsKernel, but reductions run over the axes `[outer, axes.length - 1)`, and stores are written on the others. */
export interface ColumnsKernel {
  readonly kind: 'columns'
  readonly axes: readonly number[]
  /** The number of leading axes that are kept; the axes between them and the last are reduced. */
  readonly outer: number
  readonly operands: readonly KernelOperand[]
  readonly stores: readonly Store[]
}

/** One axis of a product, with its stride in each operand (0 where that operand lacks it). */
export interface StridedAxis {
  readonly size: number
  readonly a: number
  readonly b: number
  readonly c: number
}

/**
 * A matrix product for every place on the outer axes:
 *
 *   C[outer, row, column] = Σ over inner of A[outer, row, inner] · B[outer, inner, column]
 *
 * Operands 0 and 1 are A and B. The stores (of values made of {kind: 'product'}, loads and elementwise operations) are
 * applied to each finished cell; the first store's operand is C, with the product itself or a function of it.
 * An operand of the epilogue (2 and up) has strides for [...outer, row, column].
 */
export interface ProductKernel {
  readonly kind: 'product'
  readonly outer: readonly StridedAxis[]
  /** Present in A and C. */
  readonly row: StridedAxis
  /** Present in B and C; its stride in C is 1. */
  readonly column: StridedAxis
  /** Present in A and B; the last runs fastest. */
  readonly inner: readonly StridedAxis[]
  readonly operands: readonly KernelOperand[]
  readonly stores: readonly Store[]
}

/** One axis over which attention repeats (batch, head, group): strides in query, key, value and output. */
export interface AttentionAxis {
  readonly size: number
  readonly query: number
  readonly key: number
  readonly value: number
  readonly output: number
  /** In the log-sum-exp of every row, [...outer, position]. */
  readonly logSumExp: number
  /** In the mask, and in the first and last sources, if there are any. */
  readonly keep: number
  readonly first: number
  readonly last: number
}

/**
 * softmax(scale · Q·Kᵀ, where seen)·V, for every place on the outer axes.
 *
 * Operands of 'attention': 0 query, 1 key, 2 value, 3 output, 4 log-sum-exp (one number a query row: ln Σ exp(scaled score)),
 * then, where present, the offset, the mask, the first and the last sources. Of 'attentionGradient': 0 query, 1 key, 2 value,
 * 3 output, 4 log-sum-exp, 5 gradient of the output (strides of output), 6, 7, 8 gradients of query, key and value (strides as
 * theirs), then the same. A position sees what all of these let it see. What lies before the first or after
 * the last source that any position sees is not read.
 */
export interface AttentionKernel {
  readonly kind: 'attention' | 'attentionGradient'
  readonly outer: readonly AttentionAxis[]
  readonly position: {
    readonly size: number
    readonly query: number
    readonly output: number
    readonly logSumExp: number
    readonly keep: number
    readonly first: number
    readonly last: number
  }
  readonly source: { readonly size: number; readonly key: number; readonly value: number; readonly keep: number }
  /** Sizes of the axes `key` and `value`, contiguous in every operand. */
  readonly key: number
  readonly value: number
  readonly scale: number
  /** Position p sees sources up to p + offset, where the offset is 0 or the number that stands at an operand. */
  readonly causal?: { readonly offset?: number }
  /** The operand of a mask, 1 where a position sees a source; strides stand at the axes. */
  readonly keep?: number
  /** The operands of the first and the last source that a position sees: any numbers. */
  readonly first?: number
  readonly last?: number
}

/** Adds rows up where the ids send them: table[ids[row]] += values[row], in the order of the rows. The table is zeros before, unless it is added `onto`. */
export interface ScatterKernel {
  readonly kind: 'scatter'
  /** Operands: 0 values, 1 ids, 2 table. */
  readonly rows: readonly { readonly size: number; readonly values: number; readonly ids: number }[]
  /** The axes that go along unchanged: the last is contiguous in values and table. Along others the ids may vary. */
  readonly along: readonly {
    readonly size: number
    readonly values: number
    readonly table: number
    readonly ids?: number
  }[]
  readonly table: { readonly size: number; readonly stride: number }
  readonly onto?: boolean
}

/** Copies new rows into a longer operand, beginning at a place that is known only at run time. */
export interface PlaceKernel {
  readonly kind: 'place'
  /** Operands: 0 the new values, 1 the place (a number), 2 the target. The last axis is contiguous in both. */
  readonly axes: readonly { readonly size: number; readonly values: number; readonly target: number }[]
  /** The target's stride along the axis that is placed on, its size there, and how many are placed. */
  readonly along: { readonly stride: number; readonly size: number; readonly count: number }
}

/** Copies a run of places along one axis; places that there are not become 0. */
export interface WindowKernel {
  readonly kind: 'window'
  /** Operands: 0 the values, 1 the result, whose last axis is contiguous. */
  readonly axes: readonly { readonly size: number; readonly values: number; readonly target: number }[]
  /** Along axis number `axis`, place i of the result is place `from` + i of the values, of which there are `count`. */
  readonly along: { readonly axis: number; readonly from: number; readonly count: number }
}

export type Kernel =
  | RowsKernel
  | ColumnsKernel
  | ProductKernel
  | AttentionKernel
  | ScatterKernel
  | PlaceKernel
  | WindowKernel

// The explanation of one cell: how its number was made, and from which cells. Plain values, which go into a message as they are.
//
//   scores {head: 1, position: 16, source: 4}
//     product   Σ over key of query · key            16 terms, each with both factors, their product and the running sum
//     after      multiply by 1/√16, where source ≤ position
//
// Every cell that it names has an address by which it can be explained itself, until a token's id, a place, a weight or a number of
// the formula is reached. A step that the graph has no name for is counted within the value around it: `blocks.0.output / step 2`.

import type { AxisPlaces } from '../../tensor/address.ts'
import type { Elementwise } from '../../tensor/elementwise.ts'
import type { Formula } from '../shapes/formula.ts'

/** A value of the forward pass, or the gradient of the loss at it. */
export type CellOf = 'value' | 'gradient'

/**
 * The kind of a cell: a value that has a name; a step inside of one; a weight; a number that the model was given (a token's id); a place on
 * an axis; a number known beforehand, of the formula or a table; or a random one.
 */
export type CellKind = 'value' | 'step' | 'weight' | 'input' | 'place' | 'known' | 'random'

/** The kinds of cells that are made of no others. */
export const endKinds: readonly CellKind[] = ['weight', 'input', 'place', 'known', 'random']

/** One cell, with the address under which it can be explained. */
export interface Cell {
  readonly kind: CellKind
  /** `blocks.2.attention.query {head: 1, position: 16, key: 11}`. Undefined for places and for numbers of the formula. */
  readonly address: string | undefined
  readonly of: CellOf
  readonly value: number
  /** The name of the axis, of a place. */
  readonly axis?: string
  /** True for an input that is a token's id, and no number of a picture or a sound. */
  readonly isId?: boolean
  /** The look-up by which it was found, where it is a row's cell of a table: row `id` along `axis`, as `by` says. */
  readonly lookUp?: RowLookUp
}

/** A look-up: the row of a table that an id names. */
export interface RowLookUp {
  readonly axis: string
  readonly id: number
  readonly by: Cell
}

/** A step behind the sum or the row: × 1/√16, + bias, kept by a mask. */
export interface StepAfter {
  /** The function; the value so far is its first operand, but for `where`, of which it is the second. */
  readonly function: Elementwise
  /** The other operand: the condition, of `where`; none for functions of one number. */
  readonly by: Cell | undefined
  /** The condition of `where`: `source ≤ position`. */
  readonly condition?: string
  /** True where the value so far is the second operand: 1 − x. */
  readonly isSecond?: boolean
  /** The value behind it. */
  readonly value: number
}

/** An axis along which a cell's terms lie. */
export interface TermAxis {
  readonly name: string
  readonly size: number
}

/** A term of a dot product. */
export interface ProductTerm {
  /** Its place along the axes of the sum. */
  readonly at: AxisPlaces
  readonly left: Cell
  readonly right: Cell
  readonly product: number
  /** The factor whose number is carried on; the other one, a weight or a share, says how much of it. */
  readonly carried: 'left' | 'right'
  /** The sum of this and all terms before it. */
  readonly sum: number
}

/** A term of a sum, with its sign: +1 or −1. */
export interface SumTerm {
  readonly sign: number
  readonly cell: Cell
  /** The sum of this and all terms before it. */
  readonly sum: number
}

/** A term of a row that is added up, or of which the largest is taken. */
export interface RowTerm {
  readonly at: AxisPlaces
  readonly cell: Cell
  /** The sum, or the largest, of this and all before it. */
  readonly sum: number
}

/** A cell of a row that becomes shares of a whole. */
export interface ShareTerm {
  readonly at: AxisPlaces
  readonly cell: Cell
  /** e^(cell − largest) */
  readonly power: number
  /** power / whole */
  readonly share: number
}

/** Σ left · right along axes. */
export interface ByProduct {
  readonly kind: 'product'
  readonly over: readonly TermAxis[]
  readonly terms: readonly ProductTerm[]
  readonly sum: number
  readonly after: readonly StepAfter[]
}

/** Values made apart and added up: a stream and what a block adds to it, rows of embeddings, gradients of several uses. */
export interface BySum {
  readonly kind: 'sum'
  readonly terms: readonly SumTerm[]
  readonly sum: number
  readonly after: readonly StepAfter[]
}

/** The sum, or the largest, of a row. */
export interface ByRow {
  readonly kind: 'row'
  readonly function: 'sum' | 'maximum'
  readonly over: readonly TermAxis[]
  readonly terms: readonly RowTerm[]
  readonly sum: number
  readonly after: readonly StepAfter[]
}

/** softmax: e^(x − largest) / Σ of the row. */
export interface BySoftmax {
  readonly kind: 'softmax'
  readonly over: readonly TermAxis[]
  readonly terms: readonly ShareTerm[]
  /** The term that becomes this cell. */
  readonly own: number
  readonly largest: number
  /** Σ e^(x − largest) */
  readonly whole: number
  readonly after: readonly StepAfter[]
}

/** Normalisation: (x − mean) / √(variance + ε); without a mean, x / √(mean of x² + ε). */
export interface ByNorm {
  readonly kind: 'norm'
  readonly over: readonly TermAxis[]
  /** The row; `sum` adds up its cells. */
  readonly terms: readonly RowTerm[]
  /** The term that becomes this cell. */
  readonly own: number
  /** Undefined where none is taken away (RMS normalisation). */
  readonly mean: number | undefined
  /** The mean of (x − mean)², or of x². */
  readonly variance: number
  readonly epsilon: number
  /** √(variance + ε) */
  readonly deviation: number
  readonly normed: number
  /** × scale, + shift */
  readonly after: readonly StepAfter[]
}

/** A function of a few cells: an activation, a product of two values. */
export interface ByFunction {
  readonly kind: 'function'
  /** The cells that it is made of, each once. */
  readonly operands: readonly Cell[]
  /** The steps inside, in the order of computation, the last before the cell itself. */
  readonly steps: readonly FunctionStep[]
  readonly after: readonly StepAfter[]
}

export interface FunctionStep {
  readonly function: Elementwise
  readonly inputs: readonly Cell[]
  readonly cell: Cell
}

/** A row of a table, looked up. */
export interface ByLookUp {
  readonly kind: 'lookUp'
  readonly from: Cell
  readonly lookUp: RowLookUp
  readonly after: readonly StepAfter[]
}

/** The same number as another cell: a value under another name of an axis, or a gradient that passes through an addition. */
export interface BySame {
  readonly kind: 'same'
  readonly from: Cell
  readonly after: readonly StepAfter[]
}

/** A number that a mask puts in place of what would stand there. */
export interface ByMask {
  readonly kind: 'masked'
  /** The condition that does not hold: `source ≤ position`. */
  readonly condition: string
  readonly by: Cell
  /** The number that stands there instead. */
  readonly otherwise: Cell
  /** The cell that is hidden. */
  readonly hidden: Cell
}

/** A learnt number. */
export interface ByWeight {
  readonly kind: 'weight'
  /** The tensor of the checkpoint in which it stands, and where; undefined where nobody says of which checkpoint. */
  readonly checkpoint: CheckpointCell | undefined
}

/** A cell of a checkpoint's tensor. */
export interface CheckpointCell {
  readonly name: string
  /** Its place on each dimension of the tensor. */
  readonly index: readonly number[]
}

/** A number that the model was given; `isId` for one that is a token's. */
export interface ByInput {
  readonly kind: 'input'
  readonly name: string
  readonly isId: boolean
}

/** Numbers that nothing makes: a place on an axis, one known beforehand, a random one. */
export interface ByItself {
  readonly kind: 'place' | 'known' | 'random'
}

export type HowMade =
  | ByProduct
  | BySum
  | ByRow
  | BySoftmax
  | ByNorm
  | ByFunction
  | ByLookUp
  | BySame
  | ByMask
  | ByWeight
  | ByInput
  | ByItself

/** A cell, and how it was made. */
export interface CellExplanation extends Cell {
  readonly address: string
  /** The part of the model in which it is made: `blocks.2.attention`. */
  readonly place: string
  readonly path: string
  /** The number of the step inside the value at `path`, if it is one. */
  readonly step: number | undefined
  readonly at: AxisPlaces
  /** True where the engine has the number itself; a step inside of fused kernels is computed from those that it has. */
  readonly isRead: boolean
  readonly formula: Formula
  readonly how: HowMade
}

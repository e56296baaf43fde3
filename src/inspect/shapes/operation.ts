// An operation of a model as facts: what it is, what goes in and what comes out, with the reason of every size, and what it costs.

import type { Formula } from './formula.ts'

/**
 * The work of an operation. `lookUp`: rows of a table; `positions`: rows of places or kinds are added; `product`: with a weight, and its
 * bias; `turn`: queries or keys are turned by their places (RoPE); `scores`: queries · keys; `softmax`: shares; `mix`: shares · values;
 * `activation`: a function of single numbers, times a gate where there is one; `add`: to the stream; `other`: only its formula is known.
 */
export type OperationKind =
  | 'lookUp'
  | 'positions'
  | 'norm'
  | 'product'
  | 'turn'
  | 'scores'
  | 'softmax'
  | 'mix'
  | 'activation'
  | 'add'
  | 'other'

/** The origin of a size: somebody chose it; it is the text's; it had to be that of something it meets; it follows from other sizes. */
export type SizeOrigin = 'chosen' | 'text' | 'forced' | 'derived' | 'unknown'

/** An axis of an operand, its size, and why it is so. */
export interface OperationAxis {
  readonly name: string
  readonly size: number
  readonly origin: SizeOrigin
  /** The same in words: `64 = 4 · 16`, `forced by …`. */
  readonly reason: string
}

/** A value that goes into an operation or comes out of it. */
export interface OperationValue {
  readonly address?: string
  /** The name of the input that it is, if it is one: `ids`. */
  readonly input?: string
  /** The number of the operation that makes it, if one does. */
  readonly made?: number
  readonly isWeight: boolean
  readonly axes: readonly OperationAxis[]
}

/** One operation, in readable grain. */
export interface ModelOperation {
  /** Counted from 0, in the order of the data. */
  readonly number: number
  readonly kind: OperationKind
  /** The address of what it makes; none for a step to which the model gives no name. */
  readonly address?: string
  /** The path of the part of the model; '' for the model itself. */
  readonly part: string
  /** The name of the weight that a product is with, or of the value that is made: query, up, unembedding, … */
  readonly role: string
  /** The number of the block. */
  readonly layer?: number
  readonly formula: Formula
  readonly operands: readonly OperationValue[]
  readonly result: OperationValue
  /** The names of the axes along which a product sums. */
  readonly over: readonly string[]
  /** Additions and multiplications; every function of a number counts as one. */
  readonly flops: number
  /** Its part of the flops of all operations. */
  readonly share: number
  /** The numbers that it has learnt; those of a weight that serves twice are counted where it is used first. */
  readonly parameters: number
}

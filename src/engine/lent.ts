// What an engine lends of a parameter's numbers: a box of its cells, for as long as the borrower fills or reads it.
//
// A processor lends its own memory, so that a checkpoint is read straight to where it belongs; another device lends what it
// copies there, or has copied from there. Whatever is lent is so never larger than the box that was asked for.

import { describeAxes } from '../tensor/axes.ts'
import type { Node } from '../tensor/node.ts'

/** A box of a parameter's cells: on each of its axes, in their order, the first place and the number of places. */
export interface Box {
  readonly from: readonly number[]
  readonly sizes: readonly number[]
}

type Cells =
  | { readonly type: 'f32'; readonly data: Float32Array }
  | { readonly type: 'f64'; readonly data: Float64Array }
  /** The bits. */
  | { readonly type: 'bf16'; readonly data: Uint16Array }

/**
 * The numbers of a box, from its first cell to its last. What lies between its rows belongs to others, and what stands there
 * means nothing.
 */
export type Lent = Cells & {
  /** The distance, in cells, between neighbours on each of the parameter's axes, in their order; 1 on the last. */
  readonly strides: readonly number[]
}

/** All cells of a parameter. */
export function wholeOf({ axes }: Node): Box {
  return { from: axes.map(() => 0), sizes: axes.map(({ size }) => size) }
}

/** Throws unless a node is a parameter: nothing else has numbers that last. */
export function checkParameter(place: string, { operation, axes }: Node): void {
  if (operation.kind !== 'parameter')
    throw new Error(
      `${place}: the ${operation.kind} ${describeAxes(axes)} is no parameter. Compile and run what makes it.`,
    )
}

/**
 * Runs `body` for every stretch of cells that lie side by side in memory: where it begins there, where among the cells without
 * gaps, and how long it is. The last axis is dense.
 */
export function forStretches(
  sizes: readonly number[],
  strides: readonly number[],
  body: (at: number, dense: number, length: number) => void,
): void {
  let length = 1
  let outer = sizes.length
  while (outer > 0 && (sizes[outer - 1] === 1 || strides[outer - 1] === length)) length *= sizes[--outer]
  let dense = 0
  const visit = (axis: number, at: number): void => {
    if (axis === outer) {
      body(at, dense, length)
      dense += length
    } else for (let i = 0; i < sizes[axis]; i++) visit(axis + 1, at + i * strides[axis])
  }
  visit(0, 0)
}

/** A parameter in an error, by its axes. */
export const called = ({ axes }: Node): string => `the parameter ${describeAxes(axes)}`

// The loops of kernels along rows and down columns: made few, and in the order in which they are run.

import type { Axis } from '../../tensor/axes.ts'
import { collapse, type Loop } from './collapse.ts'
import type { ColumnsKernel, KernelOperand, RowsKernel, Store } from './kernel.ts'
import { allValues, depthsOf, rewriting } from './values.ts'

/** The loops of a kernel, outermost first, and what it computes in them. */
interface Nest {
  readonly axes: readonly number[]
  readonly operands: readonly KernelOperand[]
  readonly stores: readonly Store[]
}

export function rowsKernel(
  loops: readonly Axis[],
  operands: readonly KernelOperand[],
  stores: readonly Store[],
): RowsKernel {
  const last = loops.length - 1
  const depths = depthsOf(stores.map(({ value }) => value))
  const isPerRow =
    stores.some(({ operand, value }) => (depths.get(value) ?? 0) > 0 || operands[operand].strides[last] === 0) ||
    operands.some(({ lookup }) => lookup)
  const { nest } = joined({ axes: sizesOf(loops), operands, stores }, (i) => isPerRow && i === last - 1)
  return { kind: 'rows', ...nest }
}

/** `reduced`: the names of the loops that reductions run over. */
export function columnsKernel(
  loops: readonly Axis[],
  reduced: readonly string[],
  operands: readonly KernelOperand[],
  stores: readonly Store[],
): ColumnsKernel {
  const isReduced = loops.map(({ name }) => reduced.includes(name))
  const { nest, from } = joined({ axes: sizesOf(loops), operands, stores }, (i) => isReduced[i] !== isReduced[i + 1])
  // Loops that stay between the reduced ones and the last go to the front.
  const places = nest.axes.keys().toArray()
  const last = places.length - 1
  const kept = places.filter((i) => i < last && !isReduced[from.indexOf(i)])
  const inner = places.filter((i) => isReduced[from.indexOf(i)])
  return { kind: 'columns', outer: kept.length, ...reordered(nest, [...kept, ...inner, last]) }
}

const sizesOf = (loops: readonly Axis[]): number[] => loops.map(({ size }) => size)

/** The nest with loops that run on in every operand made one, and which of them each loop went into. `apart`: loop i stays apart from the next. */
function joined({ axes, operands, stores }: Nest, apart: (loop: number) => boolean): { nest: Nest; from: number[] } {
  const values = allValues(stores.map(({ value }) => value))
  const randoms = [...new Set(values.flatMap((value) => (value.kind === 'random' ? [value.strides] : [])))]
  const indexed = new Set(values.map((value) => (value.kind === 'index' ? value.axis : -1)))
  const given: Loop[] = axes.map((size, i) => ({
    size,
    strides: [...operands.map(({ strides }) => strides), ...randoms].map((along) => along[i]),
  }))
  const { loops, from } = collapse(given, (i) => apart(i) || indexed.has(i) || indexed.has(i + 1))
  const along = (number: number): number[] => loops.map(({ strides }) => strides[number])
  const rewrite = rewriting((value) => {
    if (value.kind === 'index') return { ...value, axis: from[value.axis] }
    if (value.kind !== 'random') return value
    return { ...value, strides: along(operands.length + randoms.indexOf(value.strides)) }
  })
  const nest = {
    axes: loops.map(({ size }) => size),
    operands: operands.map((operand, k) => ({ ...operand, strides: along(k) })),
    stores: stores.map(({ operand, value }) => ({ operand, value: rewrite(value) })),
  }
  return { nest, from }
}

/** The nest with its loops in this order. */
function reordered({ axes, operands, stores }: Nest, order: readonly number[]): Nest {
  const reorder = (all: readonly number[]): number[] => order.map((i) => all[i])
  const rewrite = rewriting((value) => {
    if (value.kind === 'index') return { ...value, axis: order.indexOf(value.axis) }
    return value.kind === 'random' ? { ...value, strides: reorder(value.strides) } : value
  })
  return {
    axes: reorder(axes),
    operands: operands.map((operand) => ({ ...operand, strides: reorder(operand.strides) })),
    stores: stores.map(({ operand, value }) => ({ operand, value: rewrite(value) })),
  }
}

// The loops of kernels along rows and down columns: made few, and in the order in which they are run.

import type { Axis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import type { Cluster } from './clusters.ts'
import { collapse, type Loop } from './collapse.ts'
import type { Kernel, Operand, Store, Value } from './kernel.ts'

export type Operands = readonly { readonly node: Node; readonly operand: Operand }[]

/** Joins loops that run on in every operand, and rewrites operands and values to the loops that remain. */
function joinLoops(
  sizes: readonly number[],
  operands: Operands,
  stores: readonly Store[],
  apart: (loop: number) => boolean,
) {
  const values = new Set<Value>()
  const visit = (value: Value): void => {
    if (values.has(value)) return
    values.add(value)
    if (value.kind === 'apply') value.inputs.forEach(visit)
    if (value.kind === 'reduce') visit(value.input)
    if (value.kind === 'random') visit(value.step)
  }
  for (const { value } of stores) visit(value)
  const randoms = [...values].filter((value) => value.kind === 'random')
  const indexed = new Set([...values].map((value) => (value.kind === 'index' ? value.axis : -1)))
  const given: Loop[] = sizes.map((size, i) => ({
    size,
    strides: [...operands.map(({ operand }) => operand.strides[i]), ...randoms.map(({ strides: along }) => along[i])],
  }))
  const { loops, from } = collapse(given, (i) => apart(i) || indexed.has(i) || indexed.has(i + 1))
  const rewritten = new Map<Value, Value>()
  const rewrite = (value: Value): Value => {
    const known = rewritten.get(value)
    if (known) return known
    const made: Value =
      value.kind === 'apply'
        ? { ...value, inputs: value.inputs.map(rewrite) }
        : value.kind === 'reduce'
          ? { ...value, input: rewrite(value.input) }
          : value.kind === 'index'
            ? { ...value, axis: from[value.axis] }
            : value.kind === 'random'
              ? {
                  ...value,
                  step: rewrite(value.step),
                  strides: loops.map((loop) => loop.strides[operands.length + randoms.indexOf(value)]),
                }
              : value
    rewritten.set(value, made)
    return made
  }
  return {
    axes: loops.map(({ size }) => size),
    operands: operands.map(({ operand }, k) => ({ ...operand, strides: loops.map((loop) => loop.strides[k]) })),
    stores: stores.map(({ operand, value }) => ({ operand, value: rewrite(value) })),
    from,
  }
}

export function rowsKernel(loops: readonly Axis[], operands: Operands, stores: readonly Store[]): Kernel {
  const last = loops.length - 1
  const perRow =
    stores.some(({ operand, value }) => loopOf(value) > 0 || operands[operand].operand.strides[last] === 0) ||
    operands.some(({ operand }) => operand.lookup)
  const {
    axes,
    operands: joined,
    stores: written,
  } = joinLoops(
    loops.map(({ size }) => size),
    operands,
    stores,
    (i) => perRow && i === last - 1,
  )
  return { kind: 'rows', axes, operands: joined, stores: written }
}

export function columnsKernel(
  loops: readonly Axis[],
  { reduced }: Cluster,
  operands: Operands,
  stores: readonly Store[],
): Kernel {
  const isReduced = loops.map(({ name }) => reduced.includes(name))
  const changes = (i: number): boolean => isReduced[i] !== isReduced[i + 1]
  const {
    axes,
    operands: joined,
    stores: written,
    from,
  } = joinLoops(
    loops.map(({ size }) => size),
    operands,
    stores,
    changes,
  )
  // Loops that stay between the reduced ones and the last go to the front.
  const kept = axes.map((_, i) => i).filter((i) => i < axes.length - 1 && !isReduced[from.indexOf(i)])
  const inner = axes.map((_, i) => i).filter((i) => isReduced[from.indexOf(i)])
  const order = [...kept, ...inner, axes.length - 1]
  const reorder = (all: readonly number[]): number[] => order.map((i) => all[i])
  const move = (value: Value): Value =>
    value.kind === 'apply'
      ? { ...value, inputs: value.inputs.map(moved) }
      : value.kind === 'reduce'
        ? { ...value, input: moved(value.input) }
        : value.kind === 'index'
          ? { ...value, axis: order.indexOf(value.axis) }
          : value.kind === 'random'
            ? { ...value, step: moved(value.step), strides: reorder(value.strides) }
            : value
  const done = new Map<Value, Value>()
  const moved = (value: Value): Value => {
    const known = done.get(value) ?? move(value)
    done.set(value, known)
    return known
  }
  return {
    kind: 'columns',
    axes: reorder(axes),
    outer: kept.length,
    operands: joined.map((operand) => ({ ...operand, strides: reorder(operand.strides) })),
    stores: written.map(({ operand, value }) => ({ operand, value: moved(value) })),
  }
}

const loopsOfValues = new WeakMap<Value, number>()

/** In which of a row's loops a value is known: how many reductions it waits for, one after another. */
export function loopOf(value: Value): number {
  const known = loopsOfValues.get(value)
  if (known !== undefined) return known
  const loop =
    value.kind === 'apply'
      ? Math.max(0, ...value.inputs.map(loopOf))
      : value.kind === 'reduce'
        ? 1 + loopOf(value.input)
        : 0
  loopsOfValues.set(value, loop)
  return loop
}

// From a dot product over named axes to a matrix product: which axes are rows, columns, inner and outer, and how they lie.
//
//   only in the first operand: rows · only in the second: columns · contracted: inner · in both and kept: outer
//
// Axes that run on in every operand become one. Where several rows or columns remain, all but one go to the outer loops.

import { type Axis, hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { collapse, type Loop } from './collapse.ts'
import type { KernelOperand, ProductKernel, Store, StridedAxis } from './kernel.ts'
import type { Layout, View } from './layout.ts'

/** The parts of a product besides its two sides. */
interface Given {
  /** Those of the two sides, of which only the type counts; then the epilogue's, with strides along the loops. */
  readonly operands: readonly KernelOperand[]
  readonly stores: readonly Store[]
  readonly layout: Layout
}

/** `views`: of the two sides; `loops`: the product's axes in order. `swapped`: the second side is A. */
export function productKernel(
  dot: Node,
  views: readonly View[],
  loops: readonly Axis[],
  { operands, stores, layout }: Given,
): { kernel: ProductKernel; swapped: boolean } {
  // The last axis of the result must be the second operand's, so that it is written along its rows.
  const swapped = hasAxis(dot.inputs[0].axes, loops[loops.length - 1].name)
  const [a, b] = swapped ? [1, 0] : [0, 1]
  const epilogue = operands.slice(2)
  const has = (side: number, name: string): boolean => hasAxis(dot.inputs[side].axes, name)
  const select = selection(loops, layout, [
    ...[a, b].map((side) => loops.map(({ name }) => views[side].strides.get(name) ?? 0)),
    ...epilogue.map(({ strides }) => strides),
  ])
  const shared = select((name) => has(0, name) && has(1, name))
  const rows = select((name) => has(a, name) && !has(b, name))
  const columns = select((name) => has(b, name) && !has(a, name))
  const row = rows.reduce((largest, each) => (each.size > largest.size ? each : largest))
  const column = columns[columns.length - 1]
  const others = [...shared, ...rows.filter((each) => each !== row), ...columns.filter((each) => each !== column)]
  const outer = others.filter(({ size }) => size > 1)
  const kernel: ProductKernel = {
    kind: 'product',
    outer: outer.map(axisOf),
    row: { ...axisOf(row), b: 0 },
    column: { ...axisOf(column), a: 0, c: 1 },
    inner: collapse(innerLoops(dot, views[a], views[b])).loops.map(axisOf),
    operands: [
      { ...operands[a], strides: [] },
      { ...operands[b], strides: [] },
      ...epilogue.map((operand, k) => ({
        ...operand,
        strides: [...outer, row, column].map(({ strides }) => strides[3 + k]),
      })),
    ],
    stores,
  }
  return { kernel, swapped }
}

const axisOf = ({ size, strides: [a, b, c = 0] }: Loop): StridedAxis => ({ size, a, b, c })

/**
 * A function that takes some of a product's loops, joined where they run on; their strides are those of A, B, C, and of the
 * epilogue's operands. `given`: all of them but C's, along all loops.
 */
function selection(
  loops: readonly Axis[],
  layout: Layout,
  [a, b, ...epilogue]: readonly (readonly number[])[],
): (isWanted: (name: string) => boolean) => Loop[] {
  const all = [a, b, layout.strides(loops), ...epilogue]
  const last = loops.length - 1
  return (isWanted) => {
    const chosen = loops
      .keys()
      .filter((i) => isWanted(loops[i].name))
      .toArray()
    const given = chosen.map((i) => ({ size: loops[i].size, strides: all.map((strides) => strides[i]) }))
    // The last axis of the result stays an axis of its own if it has one place: rows are padded, so what is before it does
    // not lie densely.
    return collapse(given, (at) => loops[last].size === 1 && chosen[at + 1] === last).loops
  }
}

/** The contracted axes, in the order of the side that has one of them contiguous. */
function innerLoops(dot: Node, a: View, b: View): Loop[] {
  const over = dot.operation.kind === 'dot' ? dot.operation.over : []
  const all = over.map((name) => ({
    size: sizeOf(dot.inputs[0].axes, name),
    strides: [a.strides.get(name) ?? 0, b.strides.get(name) ?? 0],
  }))
  const contiguous = all.some(({ strides: [first] }) => first === 1) ? 0 : 1
  return all.sort((one, other) => other.strides[contiguous] - one.strides[contiguous])
}

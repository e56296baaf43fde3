// From a dot product over named axes to a matrix product: which axes are rows, columns, inner and outer, and how they lie.
//
//   only in the first operand: rows · only in the second: columns · contracted: inner · in both and kept: outer
//
// Axes that run on in every operand become one. Where several rows or columns remain, all but one go to the outer loops.

import { type Axis, hasAxis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { collapse, type Loop } from './collapse.ts'
import type { Operand, ProductAxis, ProductKernel, Store } from './kernel.ts'
import type { Layout, View } from './layout.ts'

/** What a product has besides its two sides. */
interface Given {
  /** Those of the two sides, of which only the type counts; then the epilogue's, with strides along the loops. */
  readonly operands: readonly Operand[]
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
  if (dot.operation.kind !== 'dot') throw new Error('products: not a dot product.')
  const { over } = dot.operation
  // The last axis of the result must be the second operand's, so that it is written along its rows.
  const swapped = hasAxis(dot.inputs[0].axes, loops[loops.length - 1].name)
  const [a, b] = swapped ? [1, 0] : [0, 1]
  const epilogue = operands.slice(2)
  const has = (side: number, name: string): boolean => hasAxis(dot.inputs[side].axes, name)
  const along = layout.strides(loops)
  const loop = ({ name, size }: Axis, i: number): Loop => ({
    size,
    strides: [
      views[a].strides.get(name) ?? 0,
      views[b].strides.get(name) ?? 0,
      along[i],
      ...epilogue.map((operand) => operand.strides[i]),
    ],
  })
  // The last axis of the result stays an axis of its own if it has one place: rows are padded, so what is before it does not
  // lie densely.
  const isApart = loops[loops.length - 1].size === 1
  const select = (wanted: (name: string) => boolean): Loop[] => {
    const chosen = loops.map((axis, i) => ({ axis, i })).filter(({ axis }) => wanted(axis.name))
    const apart = (at: number): boolean => isApart && chosen[at + 1]?.i === loops.length - 1
    return collapse(
      chosen.map(({ axis, i }) => loop(axis, i)),
      apart,
    ).loops
  }
  const shared = select((name) => has(0, name) && has(1, name))
  const rows = select((name) => has(a, name) && !has(b, name))
  const columns = select((name) => has(b, name) && !has(a, name))
  const row = rows.reduce((largest, each) => (each.size > largest.size ? each : largest))
  const column = columns[columns.length - 1]
  const outer = [
    ...shared,
    ...rows.filter((each) => each !== row),
    ...columns.filter((each) => each !== column),
  ].filter(({ size }) => size > 1)
  const inner = collapse(innerLoops(dot, views[a], views[b], over)).loops
  const axis = ({ size, strides: [strideA, strideB, strideC = 0] }: Loop): ProductAxis => ({
    size,
    a: strideA,
    b: strideB,
    c: strideC,
  })
  const kernel: ProductKernel = {
    kind: 'product',
    outer: outer.map(axis),
    row: { ...axis(row), b: 0 },
    column: { ...axis(column), a: 0, c: 1 },
    inner: inner.map(axis),
    operands: [
      { ...operands[a], strides: [] },
      { ...operands[b], strides: [] },
      ...epilogue.map((operand, k) => ({
        ...operand,
        strides: [...outer, row, column].map((each) => each.strides[3 + k]),
      })),
    ],
    stores,
  }
  return { kernel, swapped }
}

/** The contracted axes, in the order of the side that has one of them contiguous. */
function innerLoops(dot: Node, a: View, b: View, over: readonly string[]): Loop[] {
  const size = (name: string): number => dot.inputs[0].axes.find((each) => each.name === name)?.size ?? 1
  const all = over.map((name) => ({ size: size(name), strides: [a.strides.get(name) ?? 0, b.strides.get(name) ?? 0] }))
  const contiguous = all.some(({ strides: [first] }) => first === 1) ? 0 : 1
  return all.sort((one, other) => other.strides[contiguous] - one.strides[contiguous])
}

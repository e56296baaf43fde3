// Kernels that nothing joins: definitions that are run whole, scatter, place and window. Here the graph's nodes become their
// descriptions.

import { hasAxis, sizeOf } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import { collapse } from './collapse.ts'
import type { Kernel } from './kernel.ts'
import type { Layout } from './layout.ts'
import type { Target } from './target.ts'
import type { Alone } from './whole.ts'

/** The kernel of such a node. `results`: a definition's parts. */
export function aloneKernel(node: Node, results: readonly Node[], { layout, whole }: Target): Alone {
  const { operation } = node
  switch (operation.kind) {
    case 'defined':
      return whole[operation.definition.name].describe(node, results, layout)
    case 'scatter':
      return scatterKernel(node, operation.axis, layout)
    case 'window':
      return windowKernel(node, operation, layout)
    case 'place':
      return placeKernel(node, operation.axis, layout)
    case 'input':
    case 'parameter':
    case 'constant':
    case 'table':
    case 'index':
    case 'random':
    case 'apply':
    case 'expand':
    case 'reduce':
    case 'dot':
    case 'rename':
    case 'gather':
    case 'stop':
    case 'part':
      throw new Error(`alone: "${operation.kind}" is no kernel of its own.`)
  }
}

function scatterKernel(node: Node, axis: string, { strides, viewOf }: Layout): Alone {
  const [values, ids] = node.inputs
  const [from, which] = [viewOf(values).strides, viewOf(ids).strides]
  const own = strides(node.axes)
  const at = node.axes.findIndex(({ name }) => name === axis)
  // The ids' axes name the rows. Those that the table has too run along: each place on them has rows and a table of its own.
  const runsAlong = (name: string): boolean => name !== axis && hasAxis(node.axes, name)
  const rows = ids.axes
    .filter(({ name }) => !runsAlong(name))
    .map(({ name, size }) => ({ size, values: from.get(name) ?? 0, ids: which.get(name) ?? 0 }))
  const along = node.axes.map(({ name, size }, i) => ({
    size,
    values: from.get(name) ?? 0,
    table: own[i],
    ids: runsAlong(name) ? (which.get(name) ?? 0) : 0,
  }))
  along.splice(at, 1)
  // The last axis is for vectors, whose cells all go to one row.
  if (along.length === 0 || along[along.length - 1].ids !== 0) along.push({ size: 1, values: 0, table: 0, ids: 0 })
  const kernel: Kernel = {
    kind: 'scatter',
    rows: rows.length > 0 ? rows : [{ size: 1, values: 0, ids: 0 }],
    along,
    table: { size: node.axes[at].size, stride: own[at] },
    ...(node.inputs[2] && { onto: true }),
  }
  return { kernel, operands: [viewOf(values).base, viewOf(ids).base, node], writes: [node], flops: 0 }
}

function placeKernel(node: Node, axis: string, { strides, viewOf }: Layout): Alone {
  const [, values, start] = node.inputs
  const from = viewOf(values).strides
  const own = strides(node.axes)
  const at = node.axes.findIndex(({ name }) => name === axis)
  const kernel: Kernel = {
    kind: 'place',
    axes: node.axes.map(({ name }, i) => ({
      size: sizeOf(values.axes, name),
      values: from.get(name) ?? 0,
      target: own[i],
    })),
    along: { stride: own[at], size: node.axes[at].size, count: sizeOf(values.axes, axis) },
  }
  return { kernel, operands: [viewOf(values).base, viewOf(start).base, node], writes: [node], flops: 0 }
}

function windowKernel(
  node: Node,
  { axis, from }: { readonly axis: string; readonly from: number },
  { strides, viewOf }: Layout,
): Alone {
  const [values] = node.inputs
  const lies = viewOf(values).strides
  const own = strides(node.axes)
  const at = node.axes.findIndex(({ name }) => name === axis)
  const given = node.axes.map(({ name, size }, i) => ({ size, strides: [lies.get(name) ?? 0, own[i]] }))
  // Axes that run on in both become one: all but the one that is shifted, which stays by itself; and a last one of one place,
  // since rows are padded and what is before it does not lie densely.
  const last = given.length - 1
  const isApart = (i: number): boolean => i === last && given[last].size === 1
  const { loops, from: joined } = collapse(given, (i) => i === at || i + 1 === at || isApart(i + 1))
  const kernel: Kernel = {
    kind: 'window',
    axes: loops.map(({ size, strides: [one, two] }) => ({ size, values: one, target: two })),
    along: { axis: joined[at], from, count: sizeOf(values.axes, axis) },
  }
  return { kernel, operands: [viewOf(values).base, node], writes: [node], flops: 0 }
}

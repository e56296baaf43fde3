// Every matrix product of a model, forward and backward, read off the graph that runs.
//
//   (along) times (rows × over) · (over × columns) → (rows × columns)
//
// A product of two values with named axes is a matrix product in four groups of axes: `over`, along which it sums; `along`,
// which both sides have and for which the same product is done again and again (batch, head); the rows, which only the left
// side has; and the columns, which only the right side has. (P × K) · (K × Q) → (P × Q), and 2·P·K·Q operations: one
// multiplication and one addition for each term.

import { type Axis, cells, hasAxis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import type { Pass } from '../../tensor/pass.ts'
import { type Name, namesOf } from './naming.ts'
import { type OpenedPass, openPass } from './opened.ts'
import { type Origin, originsOf } from './origins.ts'

export interface Product {
  readonly direction: 'forward' | 'backward'
  /** The part of the model in which it is done: `blocks.0.attention`. */
  readonly place: string
  /** The value that it makes, or all but a bias of it. */
  readonly result: Operand
  /** True if its result is added to others before it is what its name says: one of several ways that a gradient takes. */
  readonly isSummand: boolean
  readonly left: Operand
  readonly right: Operand
  readonly over: readonly ProductAxis[]
  readonly along: readonly ProductAxis[]
  readonly rows: readonly ProductAxis[]
  readonly columns: readonly ProductAxis[]
  /** Additions and multiplications. Cells that a mask will hide are counted: they are part of the product. */
  readonly flops: number
  /** Its part of the flops of all products. */
  readonly share: number
}

/** One side of a product, or its result. */
export interface Operand extends Name {
  readonly node: Node
  /** True if its axes lie in memory the other way round: Kᵀ in query · keyᵀ. */
  readonly isTransposed: boolean
}

export interface ProductAxis extends Axis {
  /** The origin of the size, on the left side and on the right, as far as the side has the axis. */
  readonly left: Origin | undefined
  readonly right: Origin | undefined
}

/**
 * The matrix products of a pass, in order. Let it give the loss for the forward pass alone, and the gradients with it for both.
 */
export const matrixProducts = (pass: Pass<readonly Node[]>): Product[] => productsIn(openPass(pass))

export function productsIn(pass: OpenedPass): Product[] {
  const { nodes, names } = pass
  const nameOf = namesOf(pass)
  const origins = originsOf(pass)
  const summands = summandsOf(pass)
  const products = nodes.filter(({ operation }) => operation.kind === 'dot').map(productOf)
  const total = products.reduce((sum, { flops }) => sum + flops, 0)
  return products.map((product) => {
    const [left, right] = product.sides
    const withOrigins = (axes: readonly Axis[]): ProductAxis[] =>
      axes.map((axis) => ({ ...axis, left: origins(left, axis.name), right: origins(right, axis.name) }))
    return {
      direction: names.forwardOf(product.node) ? 'backward' : 'forward',
      place: names.placeOf(product.node) ?? '',
      result: { node: product.node, ...nameOf(product.node), isTransposed: false },
      isSummand: summands.has(product.node),
      left: { node: left, ...nameOf(left), isTransposed: isBefore(left.axes, product.over, product.rows) },
      right: { node: right, ...nameOf(right), isTransposed: isBefore(right.axes, product.columns, product.over) },
      over: withOrigins(product.over),
      along: withOrigins(product.along),
      rows: withOrigins(product.rows),
      columns: withOrigins(product.columns),
      flops: product.flops,
      share: product.flops / total,
    }
  })
}

/** The gradients that are added up, where a value is used several times: each comes from another use of it. */
function summandsOf({ nodes, names }: OpenedPass): Set<Node> {
  const summands = new Set<Node>()
  for (const node of nodes) {
    const { operation, inputs } = node
    const value = names.forwardOf(node)
    if (!value || operation.kind !== 'apply' || operation.function !== 'add') continue
    for (const input of inputs) if (names.forwardOf(input)?.inputs.some((each) => each === value)) summands.add(input)
  }
  return summands
}

interface Groups {
  readonly node: Node
  readonly sides: readonly [Node, Node]
  readonly over: readonly Axis[]
  readonly along: readonly Axis[]
  readonly rows: readonly Axis[]
  readonly columns: readonly Axis[]
  readonly flops: number
}

function productOf(node: Node): Groups {
  const { operation, axes } = node
  const names = operation.kind === 'dot' ? operation.over : []
  const [a, b] = node.inputs
  const only = (side: Node, other: Node): Axis[] =>
    axes.filter(({ name }) => hasAxis(side.axes, name) && !hasAxis(other.axes, name))
  // The side whose axes come first in the result stands on the left, as the result's rows.
  const first = axes.find(({ name }) => hasAxis(a.axes, name) !== hasAxis(b.axes, name))
  const [left, right] = first && hasAxis(b.axes, first.name) ? [b, a] : [a, b]
  const over = a.axes.filter(({ name }) => names.includes(name))
  const along = axes.filter(({ name }) => hasAxis(a.axes, name) && hasAxis(b.axes, name))
  const flops = 2 * cells(axes) * cells(over)
  return { node, sides: [left, right], over, along, rows: only(left, right), columns: only(right, left), flops }
}

/** True if the axes `first` lie before the axes `second` in memory. */
function isBefore(axes: readonly Axis[], first: readonly Axis[], second: readonly Axis[]): boolean {
  const at = (group: readonly Axis[]): number =>
    Math.min(...group.map(({ name }) => axes.findIndex((axis) => axis.name === name)))
  return first.length > 0 && second.length > 0 && at(first) < at(second)
}

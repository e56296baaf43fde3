// The shapes of a model as a text to read: its parameters part by part, and every matrix product that runs, with all sizes
// and where they come from. The data behind it: parameters.ts, products.ts, origins.ts.

import { type Axis, cells, hasAxis } from '../../tensor/axes.ts'
import type { Node } from '../../tensor/node.ts'
import type { Pass } from '../../tensor/pass.ts'
import { openPass } from './opened.ts'
import type { Origin } from './origins.ts'
import { type Operand, type Product, type ProductAxis, productsIn } from './products.ts'
import { type GivenReasons, reasonsIn } from './reasons.ts'

/** A product as study notes write it. */
export interface ProductText {
  readonly direction: Product['direction']
  readonly place: string
  /** `blocks.0.attention.scores = blocks.0.attention.query · blocks.0.attention.keyᵀ`; `+=` for one of several summands. */
  readonly formula: string
  /** `batch·head times (position × key) · (key × source) → (position × source)` */
  readonly symbols: string
  /** `48 times (64 × 32) · (32 × 64) → (64 × 64)` */
  readonly numbers: string
  /** The axes along which it sums. */
  readonly over: readonly string[]
  /** The sizes that come in with this product's weights, or meet in it, and why they are what they are. */
  readonly sizes: readonly {
    readonly axis: string
    readonly size: number
    readonly of: string
    readonly reason: string
  }[]
  readonly flops: number
  readonly share: number
}

/**
 * Every matrix product of a pass, in order, in words and numbers.
 *
 * - `reasons`: reasons for sizes, which the model does not know: `{ vocab: '65 different characters in the text' }`
 */
export function productTexts(pass: Pass<readonly Node[]>, reasons: GivenReasons = {}): ProductText[] {
  const opened = openPass(pass)
  const sayReason = reasonsIn(opened, reasons)
  return productsIn(opened).map((product) => {
    const { direction, place, result, isSummand, left, right, over, flops, share } = product
    return {
      direction,
      place,
      formula: `${operandText(result)} ${isSummand ? '+=' : '='} ${operandText(left)} · ${operandText(right)}`,
      symbols: inGroups(product, (axes) => axes.map(({ name }) => name).join('·') || '1'),
      numbers: inGroups(product, (axes) => String(cells(axes))),
      over: over.map(({ name }) => name),
      sizes: sizesOf(product, sayReason),
      flops,
      share,
    }
  })
}

/** `(rows × over) · (over × columns) → (rows × columns)`, and before it how many times, where there are several. */
function inGroups({ along, rows, over, columns }: Product, write: (axes: readonly Axis[]) => string): string {
  const matrix = (a: readonly Axis[], b: readonly Axis[]): string => `(${write(a)} × ${write(b)})`
  const times = along.length === 0 ? '' : `${write(along)} times `
  return `${times}${matrix(rows, over)} · ${matrix(over, columns)} → ${matrix(rows, columns)}`
}

/** `blocks.0.attention.keyᵀ`, `∂ blocks.0.attention.key`: a gradient is written as what it is the gradient of. */
function operandText({ address, isGradient, isAgain, isTransposed }: Operand): string {
  const name = address ?? 'a value without a name'
  return `${isGradient ? '∂ ' : ''}${name}${isTransposed ? 'ᵀ' : ''}${isAgain ? ' (again)' : ''}`
}

/**
 * The axes that a weight brings in here. Where two values meet without a weight, those along which the product sums. Going
 * backward nothing new comes in: a gradient has the axes of what it is the gradient of.
 */
function sizesOf(product: Product, reason: (origin: Origin | undefined) => string): ProductText['sizes'] {
  const { direction, left, right, over, along, rows, columns } = product
  if (direction === 'backward') return []
  const sides = [
    { operand: left, originOf: (axis: ProductAxis) => axis.left },
    { operand: right, originOf: (axis: ProductAxis) => axis.right },
  ]
  const weights = sides.filter(({ operand }) => operand.node.operation.kind === 'parameter')
  const axes = weights.length > 0 ? [...over, ...along, ...rows, ...columns] : over
  return (weights.length > 0 ? weights : sides).flatMap(({ operand, originOf }) =>
    axes
      .filter(({ name }) => hasAxis(operand.node.axes, name))
      .map((axis) => ({
        axis: axis.name,
        size: axis.size,
        of: operand.address ?? '',
        reason: reason(originOf(axis)),
      })),
  )
}

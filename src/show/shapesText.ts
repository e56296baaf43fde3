// The shapes of a model as a text to read: its parameters part by part, and every matrix product that runs, with all sizes
// and where they come from. Blocks that are alike are shown once. The data behind it: parameters.ts and shapes.ts.

import type { PartParameters } from '../inspect/shapes/parameters.ts'
import { repeated, series, withoutBlock } from '../inspect/shapes/repeats.ts'
import type { ProductText } from '../inspect/shapes/shapes.ts'
import { describeAxes } from '../tensor/axes.ts'
import { flopsText, grouped, percent } from './amounts.ts'
import { tableLines, wrapped } from './lines.ts'

export interface ShapesTextOptions {
  /** The most characters of a line; formulas are never cut. */
  readonly width?: number
  /** Blocks are written out even where they are like the one before. */
  readonly isEveryBlockShown?: boolean
}

/** The parameters of a model as lines of text. */
export function parametersText(
  parts: readonly PartParameters[],
  { isEveryBlockShown }: ShapesTextOptions = {},
): string[] {
  const total = sum(parts, ({ count }) => count)
  const all = isEveryBlockShown
    ? [{ blocks: [], items: parts }]
    : repeated(
        parts,
        ({ part }) => part,
        ({ weights }) => weights.map(({ path, axes }) => path + describeAxes(axes)).join(),
      )
  const row = (name: string, axes: string, count: number): string[] => [
    name,
    axes,
    grouped(count),
    percent(count / total),
  ]
  const rows = all.flatMap(({ blocks: [block = '', ...more], items }) => {
    const weights = items.flatMap((item) => item.weights)
    if (more.length === 0) return weights.map(({ path, axes, count }) => row(path, describeAxes(axes), count))
    const times = 1 + more.length
    const each = sum(weights, ({ count }) => count)
    return [
      row(`${series([block, ...more])}, ${times} × ${grouped(each)}:`, '', times * each),
      ...weights.map(({ path, axes, count }) => row(`  ${withoutBlock(path, block)}`, describeAxes(axes), count)),
    ]
  })
  return [`Parameters: ${grouped(total)}`, '', ...tableLines(rows, ['left', 'left', 'right', 'right'])]
}

/** Matrix products as lines of text. */
export function productsText(products: readonly ProductText[], options: ShapesTextOptions = {}): string[] {
  const total = sum(products, ({ flops }) => flops)
  const directions = (['forward', 'backward'] as const).filter((each) =>
    products.some(({ direction }) => direction === each),
  )
  const lines: string[] = []
  let number = 1
  for (const direction of directions) {
    const own = products.filter((product) => product.direction === direction)
    const flops = sum(own, (product) => product.flops)
    const heading = direction === 'forward' ? 'Forward' : 'Backward'
    lines.push('', `${heading}: ${countText(own.length)}, ${flopsText(flops)}, ${percent(flops / total)}`)
    if (direction === 'backward') lines.push('∂ x is the gradient of the loss with respect to x; += adds to it.')
    lines.push(...blocksText(own, number, options))
    number += own.length
  }
  return [...lines, '', ...totalsText(products, directions)]
}

function blocksText(
  products: readonly ProductText[],
  first: number,
  { width = 80, isEveryBlockShown = false }: ShapesTextOptions,
): string[] {
  const lines: string[] = []
  let number = first
  const write = ({ formula, symbols, numbers, flops, sizes }: ProductText): string =>
    JSON.stringify([formula, symbols, numbers, flops, sizes])
  const blocks = isEveryBlockShown
    ? products.map((item) => ({ blocks: [], items: [item] }))
    : repeated(products, ({ place }) => place, write)
  for (const {
    blocks: [block = '', ...more],
    items,
  } of blocks) {
    if (block !== '') {
      const last = number + items.length * (1 + more.length) - 1
      lines.push('', more.length === 0 ? block : `${block}, and the same in ${series(more)} (up to product ${last})`)
    }
    items.forEach((product, i) => {
      lines.push('', ...productText(product, number + i, block, width))
    })
    number += items.length * (1 + more.length)
  }
  return lines
}

function productText(
  { formula, symbols, numbers, flops, share, sizes }: ProductText,
  number: number,
  block: string,
  width: number,
): string[] {
  const indent = ' '.repeat(5)
  const cost = `${flopsText(flops)}  ${percent(share)}`
  const gap = Math.max(2, width - indent.length - numbers.length - cost.length)
  const names = tableLines(
    sizes.map(({ axis, size }) => [axis, String(size)]),
    ['left', 'right'],
  )
  const reasons = sizes.flatMap(({ reason, of }, i) => {
    const isOnlySide = sizes.every((other) => other.of === of)
    const side = isOnlySide ? '' : `of ${of}: `
    const start = `${indent}  ${names[i]}  `
    return wrapped(start + withoutBlock(side + reason, block), width, ' '.repeat(start.length))
  })
  return [
    `${String(number).padStart(3)}  ${withoutBlock(formula, block)}`,
    indent + symbols,
    `${indent}${numbers}${' '.repeat(gap)}${cost}`,
    ...reasons,
  ]
}

function totalsText(products: readonly ProductText[], directions: readonly ProductText['direction'][]): string[] {
  const row = (name: string, own: readonly ProductText[]): string[] => [
    name,
    countText(own.length),
    flopsText(sum(own, ({ flops }) => flops)),
    percent(sum(own, ({ share }) => share)),
  ]
  const rows = directions.map((direction) =>
    row(
      direction,
      products.filter((product) => product.direction === direction),
    ),
  )
  if (directions.length > 1) rows.push(row('together', products))
  return tableLines(rows, ['left', 'right', 'right', 'right'])
}

const countText = (count: number): string => (count === 1 ? '1 matrix product' : `${count} matrix products`)
const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

// The matrix products of a pass, as one token has them: with one row where all positions have a row each.

import { type Axis, cells } from '../../tensor/axes.ts'
import type { OpenedPass } from '../shapes/opened.ts'
import { type Product, type ProductAxis, productsIn } from '../shapes/products.ts'
import type { StepProduct } from './steps.ts'

/** The products that make values, by the address of what they make. */
export function stepProducts(opened: OpenedPass): ReadonlyMap<string, readonly StepProduct[]> {
  const found = new Map<string, StepProduct[]>()
  for (const product of productsIn(opened)) {
    const address = product.result.address
    if (address === undefined) continue
    const known = found.get(address)
    if (known) known.push(ofOneToken(product))
    else found.set(address, [ofOneToken(product)])
  }
  return found
}

function ofOneToken({ result, left, right, along, rows, over, columns }: Product): StepProduct {
  const groups = { along: ofOne(along), rows: ofOne(rows), over: ofOne(over), columns: ofOne(columns) }
  return {
    ...(result.address !== undefined && { result: result.address }),
    ...(left.address !== undefined && { left: left.address }),
    ...(right.address !== undefined && { right: right.address }),
    ...groups,
    flops: 2 * cells([...groups.along, ...groups.rows, ...groups.over, ...groups.columns]),
  }
}

const ofOne = (axes: readonly ProductAxis[]): Axis[] =>
  axes.flatMap(({ name, size }) => (name === 'batch' ? [] : [{ name, size: name === 'position' ? 1 : size }]))

// The terms of a dot product with the largest first, and the sums that they then run through.

import type { ByProduct, ProductTerm } from './explanation.ts'

/** The terms of a product by |product|, the largest first; of equal ones in order. Their sums are those in this order. */
export function termsBySize({ terms }: Pick<ByProduct, 'terms'>): ProductTerm[] {
  let sum = 0
  return terms
    .toSorted((a, b) => Math.abs(b.product) - Math.abs(a.product))
    .map((term) => {
      sum += term.product
      return { ...term, sum }
    })
}

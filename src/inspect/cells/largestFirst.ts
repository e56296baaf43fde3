// The terms of a sum with the largest first, and the running sum in that order.

import type { HowMade } from './explanation.ts'

/** The same making with its terms by size, whatever their sign; what has no terms that add up stays as it is. */
export function largestFirst(how: HowMade): HowMade {
  switch (how.kind) {
    case 'product':
      return { ...how, terms: summed(how.terms, ({ product }) => product) }
    case 'sum':
      return { ...how, terms: summed(how.terms, ({ sign, cell }) => sign * cell.value) }
    case 'row':
    case 'norm': {
      const isLargest = how.kind === 'row' && how.function === 'maximum'
      if (isLargest) return { ...how, terms: how.terms.toSorted((a, b) => b.cell.value - a.cell.value) }
      return { ...how, terms: summed(how.terms, ({ cell }) => cell.value) }
    }
    default:
      return how
  }
}

function summed<T extends { readonly sum: number }>(terms: readonly T[], amountOf: (term: T) => number): T[] {
  let sum = 0
  return terms
    .toSorted((a, b) => Math.abs(amountOf(b)) - Math.abs(amountOf(a)))
    .map((term) => {
      sum += amountOf(term)
      return { ...term, sum }
    })
}

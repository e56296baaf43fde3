// The terms of a sum with the largest first, and the running sum in that order.

import type { HowMade } from './explanation.ts'

/** The same making with its terms by size, whatever their sign; what has no terms that add up stays as it is. */
export function largestFirst<H extends HowMade>(how: H): H
export function largestFirst(how: HowMade): HowMade {
  switch (how.kind) {
    case 'product':
      return { ...how, terms: summed(how.terms, ({ product }) => product) }
    case 'sum':
      return { ...how, terms: summed(how.terms, ({ sign, cell }) => sign * cell.value) }
    case 'norm': {
      const terms = summed(how.terms, ({ cell }) => cell.value)
      const own = how.terms[how.own].cell.address
      return { ...how, terms, own: terms.findIndex(({ cell }) => cell.address === own) }
    }
    case 'row':
      if (how.function === 'sum') return { ...how, terms: summed(how.terms, ({ cell }) => cell.value) }
      return { ...how, terms: how.terms.toSorted((a, b) => b.cell.value - a.cell.value) }
    case 'softmax': {
      const terms = how.terms.toSorted((a, b) => b.share - a.share)
      return { ...how, terms, own: terms.indexOf(how.terms[how.own]) }
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

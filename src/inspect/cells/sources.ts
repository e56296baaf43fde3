// The cells from which a cell was made, whatever the way, and how much of it comes from each.
//
// Where all that follows a sum is linear (× a scale, + a bias), the amounts add up to the cell. A share of a softmax, a normalised number
// and a function of one have no such amounts: then the cell's own number of the row stands first, and the others by size.

import { type Cell, type CellExplanation, endKinds, type HowMade, type StepAfter } from './explanation.ts'

/** A cell from which another was made. */
export interface CellSource {
  readonly cell: Cell
  /** The part of the cell that comes from here; undefined where the parts do not add up to it. */
  readonly amount: number | undefined
  /** The factor that it was multiplied with, of a term of a product. */
  readonly beside?: Cell
}

/**
 * The cells from which a cell was made: those with the largest amounts first. Of a product's term first the factor that is carried,
 * then, behind all terms, the factors that weigh. None for weights, and whatever else nothing is made from.
 */
export function sourcesOf({ how }: Pick<CellExplanation, 'how'>): CellSource[] {
  if (!('after' in how)) return how.kind === 'masked' ? withoutAmounts([how.by, how.hidden]) : []
  const { scale, added } = afterwards(how.after)
  const scaled = (amount: number): number | undefined => (scale === undefined ? undefined : amount * scale)
  const sources = [...mainSources(how, scaled), ...added]
  // What is one number and others added to it is a sum, whose largest comes first.
  const isSum = how.kind === 'same' && sources.every(({ amount }) => amount !== undefined)
  return isSum ? sources.toSorted((a, b) => Math.abs(b.amount ?? 0) - Math.abs(a.amount ?? 0)) : sources
}

function mainSources(
  how: Extract<HowMade, { readonly after: unknown }>,
  scaled: (amount: number) => number | undefined,
): CellSource[] {
  switch (how.kind) {
    case 'product': {
      const sources = how.terms.flatMap(({ left, right, product, carried }) => {
        const pair = carried === 'left' ? [left, right] : [right, left]
        return pair.map((cell, i) => ({
          cell,
          amount: scaled(product),
          beside: pair[1 - i],
          size: product,
          isFirst: i === 0,
        }))
      })
      const ordered = sources.toSorted(
        (a, b) => Number(b.isFirst) - Number(a.isFirst) || Math.abs(b.size) - Math.abs(a.size),
      )
      return ordered.map(({ cell, amount, beside }) => ({ cell, amount, beside }))
    }
    case 'sum':
      return bySize(
        how.terms.map(({ sign, cell }) => ({ cell, size: sign * cell.value })),
        scaled,
      )
    case 'row':
      if (how.function === 'sum')
        return bySize(
          how.terms.map(({ cell }) => ({ cell, size: cell.value })),
          scaled,
        )
      return withoutAmounts(how.terms.map(({ cell }) => cell).toSorted((a, b) => b.value - a.value))
    case 'softmax': {
      const others = how.terms.filter((_, i) => i !== how.own).toSorted((a, b) => b.share - a.share)
      return withoutAmounts([how.terms[how.own], ...others].map(({ cell }) => cell))
    }
    case 'norm': {
      const centre = how.mean ?? 0
      const others = how.terms
        .filter((_, i) => i !== how.own)
        .toSorted((a, b) => Math.abs(b.cell.value - centre) - Math.abs(a.cell.value - centre))
      return withoutAmounts([how.terms[how.own], ...others].map(({ cell }) => cell))
    }
    case 'function':
      return withoutAmounts(how.operands)
    case 'lookUp':
      return [{ cell: how.from, amount: scaled(how.from.value) }, ...withoutAmounts([how.lookUp.by])]
    case 'same':
      return [{ cell: how.from, amount: scaled(how.from.value) }]
  }
}

const withoutAmounts = (cells: readonly Cell[]): CellSource[] => cells.map((cell) => ({ cell, amount: undefined }))

function bySize(
  sources: readonly { readonly cell: Cell; readonly size: number }[],
  scaled: (amount: number) => number | undefined,
): CellSource[] {
  const ordered = sources.toSorted((a, b) => Math.abs(b.size) - Math.abs(a.size))
  return ordered.map(({ cell, size }) => ({ cell, amount: scaled(size) }))
}

/** The factor that the steps behind a sum put to it, undefined where they are not linear; and the cells that they bring. */
function afterwards(steps: readonly StepAfter[]): { scale: number | undefined; added: CellSource[] } {
  let scale: number | undefined = 1
  const added: CellSource[] = []
  for (const { function: name, by, isSecond = false } of steps.toReversed()) {
    const value = by?.value ?? Number.NaN
    const factor: number | undefined = scale
    const isSum = name === 'add' || name === 'subtract'
    if (by && name !== 'where') {
      const sign = name === 'subtract' && !isSecond ? -1 : 1
      added.unshift({ cell: by, amount: isSum && factor !== undefined ? sign * factor * value : undefined })
    }
    if (factor === undefined || name === 'where' || name === 'add') continue
    if (name === 'subtract') scale = isSecond ? -factor : factor
    else if (name === 'negate') scale = -factor
    else if (name === 'multiply') scale = factor * value
    else if (name === 'divide' && !isSecond) scale = factor / value
    else scale = undefined
  }
  return { scale, added: added.filter(({ cell }) => cell.address !== undefined) }
}

/** True for a cell that is made of no others: where a walk ends. */
export const isEnd = ({ kind }: Cell): boolean => endKinds.includes(kind)

// The two circuits of every head in numbers: how long they are, their singular values, and which way their eigenvalues point.

import { headLabel } from './composition.ts'
import { type Eigenvalue, positiveShare } from './decompositions.ts'
import type { FactoredMatrix } from './factored.ts'
import {
  type Basis,
  type Besides,
  type CircuitSettings,
  type HeadLabel,
  headWeights,
  ovOf,
  qkOf,
} from './headWeights.ts'

/** A matrix of model × model in numbers. */
export interface CircuitFacts {
  /** √Σ M² */
  readonly norm: number
  readonly trace: number
  /** The largest first. */
  readonly singular: readonly number[]
  readonly eigenvalues: readonly Eigenvalue[]
  /** Σλ / Σ|λ| */
  readonly positive: number
}

export interface HeadCircuits extends HeadLabel {
  readonly qk: CircuitFacts
  readonly ov: CircuitFacts
  readonly besides: readonly Besides[]
  /** Projections that are left out: the identity stands for them. */
  readonly missing: readonly string[]
}

export interface Circuits {
  readonly basis: Basis
  readonly offset?: number
  readonly heads: readonly HeadCircuits[]
}

/** The circuits of all heads, or of those of a layer or a number. Throws as `headWeights` does, and where there is no such head. */
export async function circuits({
  layer,
  head,
  report,
  ...settings
}: CircuitSettings & {
  readonly layer?: number | undefined
  readonly head?: number | undefined
  readonly report?: (done: number, of: number) => void
}): Promise<Circuits> {
  const all = await headWeights(settings)
  const asked = all.filter((each) => each.layer === (layer ?? each.layer) && each.head === (head ?? each.head))
  if (asked.length === 0)
    throw new Error(
      `circuits: there is no head ${head ?? '*'} in layer ${layer ?? '*'}; there are ${Math.max(...all.map((each) => each.layer)) + 1} layers with up to ${Math.max(...all.map((each) => each.head)) + 1} heads, counted from 0.`,
    )
  const heads: HeadCircuits[] = []
  for (const [i, each] of asked.entries()) {
    report?.(i, asked.length)
    const { besides, missing } = each
    heads.push({ ...headLabel(each), qk: await factsOf(qkOf(each)), ov: await factsOf(ovOf(each)), besides, missing })
  }
  const { basis = 'raw', offset } = settings
  return { basis, ...(offset !== undefined && { offset }), heads }
}

/** A factored matrix in numbers. */
export async function factsOf(matrix: FactoredMatrix): Promise<CircuitFacts> {
  const eigenvalues = await matrix.eigenvalues()
  const singular = await matrix.singularValues()
  return { norm: matrix.norm, trace: matrix.trace, singular, eigenvalues, positive: positiveShare(eigenvalues) }
}

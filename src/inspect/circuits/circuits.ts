// The two circuits of every head in numbers: how long they are, their singular values, and which way their eigenvalues point.

import { type Eigenvalue, positiveShare } from './decompositions.ts'
import type { FactoredMatrix } from './factored.ts'
import { type HeadLabel, headLabel } from './headLabels.ts'
import {
  type Basis,
  type Besides,
  type CircuitSettings,
  type HeadWeights,
  headWeights,
  ovOf,
  qkOf,
} from './headWeights.ts'
import { eigenvaluesThrough, TokenProgram } from './tokenProgram.ts'
import { isSquare, ovThrough, qkThrough, type Vocabulary, vocabularyOf } from './vocabulary.ts'

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
  /** Σλ / Σ|λ| between tokens: of W_E · QK · W_Eᵀ and of W_E · OV · W_U, where both ends have the same tokens. */
  readonly tokens: { readonly qk?: number; readonly ov?: number }
  readonly besides: readonly Besides[]
  /** Projections that are left out: the identity stands for them. */
  readonly missing: readonly string[]
}

export interface Circuits {
  readonly basis: Basis
  readonly offset?: number
  readonly heads: readonly HeadCircuits[]
}

/** The circuits of heads in numbers. Throws as `headWeights` does. */
export async function circuits({
  report,
  ...settings
}: CircuitSettings & { readonly report?: ((done: number, of: number) => void) | undefined }): Promise<Circuits> {
  const all = await headWeights(settings)
  const { model, engine, basis = 'raw', offset } = settings
  const vocabulary = await vocabularyOf(model, engine, basis)
  const program = new TokenProgram(engine)
  try {
    const heads: HeadCircuits[] = []
    for (const [i, each] of all.entries()) {
      report?.(i, all.length)
      const { besides, missing } = each
      const [qk, ov] = [await factsOf(qkOf(each)), await factsOf(ovOf(each))]
      heads.push({
        ...headLabel(each),
        qk,
        ov,
        tokens: await betweenTokens(program, vocabulary, each),
        besides,
        missing,
      })
    }
    return { basis, ...(offset !== undefined && { offset }), heads }
  } finally {
    await program.close()
  }
}

async function betweenTokens(
  program: TokenProgram,
  vocabulary: Vocabulary,
  head: HeadWeights,
): Promise<HeadCircuits['tokens']> {
  const through = { qk: qkThrough(vocabulary, head), ov: ovThrough(vocabulary, head) }
  const found: Record<string, number> = {}
  for (const [kind, circuit] of Object.entries(through))
    if (circuit && isSquare(circuit)) found[kind] = positiveShare(await eigenvaluesThrough(program, circuit))
  return found
}

/** A factored matrix in numbers. */
export async function factsOf(matrix: FactoredMatrix): Promise<CircuitFacts> {
  const eigenvalues = await matrix.eigenvalues()
  const singular = await matrix.singularValues()
  return { norm: matrix.norm, trace: matrix.trace, singular, eigenvalues, positive: positiveShare(eigenvalues) }
}

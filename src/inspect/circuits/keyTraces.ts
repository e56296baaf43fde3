// Induction by weights: a head that looks for what followed its own token finds it by its keys, which say what an earlier head brought from
// the place before. As a table of tokens, with the earlier heads weighed by how much they look one place back:
//
//   W_E · W_Q W_Kᵀ · (Σ_e previous(e) · W_V^e W_O^e)ᵀ · W_Eᵀ
//
// A large trace, and eigenvalues that are positive, mean that each token looks at places behind one like itself. Olsson et al. 2022,
// appendix, "K-composition".

import { positiveShare } from './decompositions.ts'
import { FactoredMatrix } from './factored.ts'
import { type HeadLabel, headLabel, headsMeant } from './headLabels.ts'
import { type CircuitSettings, headWeights } from './headWeights.ts'
import { type Matrix, product, transposed, zeros } from './matrix.ts'
import { eigenvaluesThrough, TokenProgram } from './tokenProgram.ts'
import { checkTokens, qkThrough, vocabularyOf } from './vocabulary.ts'

/** The share of its attention that a head gives to the place before. */
export interface PreviousScore extends Pick<HeadLabel, 'address' | 'head'> {
  readonly previous: number
}

/** A head, and how its keys meet what earlier heads bring from the place before. */
export interface KeyTrace extends HeadLabel {
  /** Σλ of the table of tokens, which is its trace. */
  readonly trace: number
  /** Σλ / Σ|λ|: 1 where each token looks for what followed one like itself. */
  readonly positive: number
}

/**
 * The traces of K-composition of every head that has others before it.
 *
 * - `previous`: the scores of earlier heads (`headScores`), by address and head; a head without one counts as 0
 *
 * Throws as `headWeights` does, and for a model that reads no tokens or has heads in one layer only.
 */
export async function keyTraces({
  previous,
  report,
  heads: chosen,
  ...settings
}: CircuitSettings & {
  readonly previous: readonly PreviousScore[]
  readonly report?: ((done: number, of: number) => void) | undefined
}): Promise<KeyTrace[]> {
  const { model, engine, basis } = settings
  const every = await headWeights(settings)
  const meant = new Set(headsMeant(every, chosen))
  const all = every.filter(({ part }) => part !== 'cross')
  const vocabulary = await vocabularyOf(model, engine, basis)
  checkTokens(vocabulary, all[0]?.query.rows)
  const scores = new Map(previous.map((one) => [nameOf(one), one.previous]))
  const program = new TokenProgram(engine)
  const found: KeyTrace[] = []
  let done = 0
  try {
    for (const half of Map.groupBy(all, ({ part }) => part).values()) {
      const brought = zeros(half[0].value.rows, half[0].output.columns)
      const [first, ...later] = [...Map.groupBy(half, ({ layer }) => layer).values()]
      let before = first
      for (const layer of later) {
        for (const head of before) addScaled(brought, product(head.value, head.output), scores.get(nameOf(head)) ?? 0)
        before = layer
        for (const head of layer) {
          report?.(done++, all.length - first.length)
          if (!meant.has(head)) continue
          const circuit = qkThrough(vocabulary, head)
          if (!circuit) continue
          const matrix = new FactoredMatrix(head.query, product(transposed(head.key), transposed(brought)))
          const values = await eigenvaluesThrough(program, { ...circuit, matrix })
          const trace = values.reduce((sum, { real }) => sum + real, 0)
          found.push({ ...headLabel(head), trace, positive: positiveShare(values) })
        }
      }
    }
  } finally {
    await program.close()
  }
  if (found.length > 0) return found
  throw new Error('circuits: no head has another in a layer before it, whose output its keys could read.')
}

const nameOf = ({ address, head }: Pick<HeadLabel, 'address' | 'head'>): string => `${address} ${head}`

function addScaled(sum: Matrix, { data }: Matrix, factor: number): void {
  if (factor !== 0) for (let i = 0; i < data.length; i++) sum.data[i] += factor * data[i]
}

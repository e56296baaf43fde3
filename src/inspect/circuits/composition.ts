// Composition: how much of what an earlier head writes a later one reads, for its queries, its keys or its values.
//
//   score = ‖OV · R‖ / (‖OV‖ ‖R‖)      R = W_Q W_Kᵀ (queries), W_K W_Qᵀ (keys), W_V W_O (values) of the later head
//
// For factors of independent numbers with mean 0, E‖OV · R‖² / (E‖OV‖² E‖R‖²) = 1/d whatever the heads' widths e, e′ are: E‖V O Q Kᵀ‖² =
// d · d · (e e′ d), E‖V O‖² = d e d, E‖Q Kᵀ‖² = d e′ d. So 1/√d is what chance gives. Where two heads of
// rank r match and all their singular values are equal (isometries), the score is 1/√r. That is no upper end: heads with few strong
// directions that match score more, those of one direction 1. Elhage et al. 2021, "composition".
//
// How the products' lengths are found: overlaps.ts.

import { type HeadLabel, headLabel } from './headLabels.ts'
import { type Basis, type CircuitSettings, type HeadWeights, headWeights } from './headWeights.ts'
import { transposed } from './matrix.ts'
import { type CompositionKind, OverlapReader, type Overlaps } from './overlaps.ts'

export interface CompositionRow {
  readonly kind: CompositionKind
  readonly from: HeadLabel
  readonly to: HeadLabel
  readonly score: number
  /** 1/√r with the smaller of both heads' widths: the score of two isometries that match. Heads with few strong directions score more. */
  readonly matched: number
}

export interface Composition {
  readonly basis: Basis
  readonly offset?: number
  /** 1/√d: the score of chance. */
  readonly baseline: number
  readonly rows: readonly CompositionRow[]
}

/**
 * The composition scores of all pairs of heads of which one stands in an earlier layer than the other, of the same half. Cross-attention
 * is left out: it reads two streams.
 *
 * - `kinds`: the kinds that are wanted; all if not given
 *
 * Lengths are the engine's, in single precision: a score is right to about 1e-6 of the largest.
 *
 * Throws as `headWeights` does.
 */
export async function composition({
  kinds = ['query', 'key', 'value'],
  report,
  ...settings
}: CircuitSettings & {
  readonly kinds?: readonly CompositionKind[] | undefined
  readonly report?: (done: number, of: number) => void
}): Promise<Composition> {
  const reader = new CompositionReader(settings, kinds)
  try {
    return await reader.read(report)
  } finally {
    await reader.close()
  }
}

/** Reads the composition scores of a model again and again, as its weights change; compiles once. */
export class CompositionReader {
  readonly #settings: CircuitSettings
  readonly #kinds: readonly CompositionKind[]
  /** Those of each half of the model. */
  readonly #halves = new Map<string | undefined, OverlapReader>()

  constructor(settings: CircuitSettings, kinds: readonly CompositionKind[]) {
    this.#settings = settings
    this.#kinds = kinds
  }

  /** The scores as `composition` gives them. */
  async read(report?: (done: number, of: number) => void): Promise<Composition> {
    const { basis = 'raw', offset, engine } = this.#settings
    const heads = (await headWeights(this.#settings)).filter(({ part }) => part !== 'cross')
    const rows: CompositionRow[] = []
    for (const [part, half] of Map.groupBy(heads, ({ part }) => part)) {
      if (new Set(half.map(({ layer }) => layer)).size < 2) continue
      const reader = this.#halves.get(part) ?? new OverlapReader(engine, this.#kinds)
      this.#halves.set(part, reader)
      const projections = half.map((head) => ({ ...head, output: transposed(head.output) }))
      rows.push(...rowsOf(half, this.#kinds, await reader.read(projections, report)))
    }
    const baseline = 1 / Math.sqrt(heads[0].value.rows)
    return { basis, ...(offset !== undefined && { offset }), baseline, rows }
  }

  /** Gives back its programs and what the engine keeps for it. */
  async close(): Promise<void> {
    for (const reader of this.#halves.values()) await reader.close()
    this.#halves.clear()
  }
}

/** The scores of all pairs of which one stands in an earlier layer. */
function rowsOf(
  heads: readonly HeadWeights[],
  kinds: readonly CompositionKind[],
  { squares, lengths }: Overlaps,
): CompositionRow[] {
  const labels = heads.map(headLabel)
  const widths = {
    written: heads.map(({ output }) => output.rows),
    query: heads.map(({ query }) => query.columns),
    key: heads.map(({ key }) => key.columns),
    value: heads.map(({ value }) => value.columns),
  }
  const rows: CompositionRow[] = []
  for (const kind of kinds)
    for (const [a, from] of labels.entries())
      for (const [b, to] of labels.entries()) {
        if (to.layer <= from.layer) continue
        const both = (lengths.get('written')?.[a] ?? 0) * (lengths.get(kind)?.[b] ?? 0)
        // A sum of squares, which rounding may leave a little below 0.
        const square = Math.max(0, squares.get(kind)?.[a * heads.length + b] ?? 0)
        const matched = 1 / Math.sqrt(Math.min(widths.written[a], widths[kind][b]))
        rows.push({ kind, from, to, score: both === 0 ? 0 : Math.sqrt(square / both), matched })
      }
  return rows
}

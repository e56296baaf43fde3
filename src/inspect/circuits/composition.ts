// Composition: how much of what an earlier head writes a later one reads, for its queries, its keys or its values.
//
//   score = ‖OV · R‖ / (‖OV‖ ‖R‖)      R = W_Q W_Kᵀ (queries), W_K W_Qᵀ (keys), W_V W_O (values) of the later head
//
// For factors of independent numbers with mean 0, E‖OV · R‖² / (E‖OV‖² E‖R‖²) = 1/d whatever the heads' widths e, e′ are: E‖V O Q Kᵀ‖² =
// d · d · (e e′ d), E‖V O‖² = d e d, E‖Q Kᵀ‖² = d e′ d. So 1/√d is what chance gives. Where two heads with orthonormal directions
// of rank r fit exactly, the score is 1/√r. Elhage et al. 2021, "composition".
//
// No product of model × model is made: what is written is brought to e × d, what is read to d × e′ of the same length (factored.ts),
// and the scores of all heads of two layers are the lengths of the blocks of one product.

import type { FactoredMatrix } from './factored.ts'
import {
  type Basis,
  type CircuitSettings,
  type HeadLabel,
  type HeadWeights,
  headWeights,
  ovOf,
  qkOf,
} from './headWeights.ts'
import { below, beside, largeProduct, type Matrix } from './matrix.ts'

export type CompositionKind = 'query' | 'key' | 'value'

export interface CompositionRow {
  readonly kind: CompositionKind
  readonly from: HeadLabel
  readonly to: HeadLabel
  readonly score: number
  /** 1/√r with the smaller of both heads' widths: the score of two heads that fit exactly. */
  readonly ceiling: number
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
  const heads = (await headWeights(settings)).filter(({ part }) => part !== 'cross')
  const layers = [...Map.groupBy(heads, ({ part, layer }) => `${part}.${layer}`).values()].map(prepared(kinds))
  const pairs = layers.flatMap((from) =>
    layers
      .filter((to) => to.heads[0].part === from.heads[0].part && to.heads[0].layer > from.heads[0].layer)
      .map((to) => ({ from, to })),
  )
  const rows: CompositionRow[] = []
  for (const [i, { from, to }] of pairs.entries()) {
    report?.(i, pairs.length)
    const lengths = blockLengths(await largeProduct(settings.engine, from.writing, to.reading), from)
    for (const [a, writer] of from.written.entries())
      for (const reader of to.read) {
        const both = writer.norm * reader.norm
        const score = both === 0 ? 0 : lengths(a, reader) / both
        const ceiling = 1 / Math.sqrt(Math.min(writer.width, reader.width))
        rows.push({ kind: reader.kind, from: headLabel(from.heads[a]), to: headLabel(reader.head), score, ceiling })
      }
  }
  const { basis = 'raw', offset } = settings
  const baseline = 1 / Math.sqrt(heads[0].value.rows)
  return { basis, ...(offset !== undefined && { offset }), baseline, rows }
}

export const headLabel = ({ layer, head, part, address }: HeadLabel): HeadLabel => ({
  layer,
  head,
  ...(part !== undefined && { part }),
  address,
})

interface Layer {
  readonly heads: readonly HeadWeights[]
  readonly written: readonly { readonly norm: number; readonly width: number; readonly row: number }[]
  readonly read: readonly Reader[]
  readonly writing: Matrix
  readonly reading: Matrix
}

interface Reader {
  readonly kind: CompositionKind
  readonly head: HeadWeights
  readonly norm: number
  readonly width: number
  readonly column: number
}

/** Everything that the heads of a layer write, below one another, and what they read, beside one another. */
const prepared =
  (kinds: readonly CompositionKind[]) =>
  (heads: readonly HeadWeights[]): Layer => {
    const circuits: readonly (readonly [CompositionKind, HeadWeights, FactoredMatrix])[] = heads.flatMap((head) => {
      const [qk, ov] = [qkOf(head), ovOf(head)]
      const of = { query: qk, key: qk.transposed, value: ov }
      return kinds.map((kind) => [kind, head, of[kind]] as const)
    })
    const writers = heads.map(ovOf)
    const writing = writers.map((each) => each.writing)
    const reading = circuits.map(([, , circuit]) => circuit.reading)
    let [row, column] = [0, 0]
    return {
      heads,
      written: writers.map(({ norm, right }) => {
        const found = { norm, width: right.rows, row }
        row += right.rows
        return found
      }),
      read: circuits.map(([kind, head, { norm, right }]) => {
        const found = { kind, head, norm, width: right.rows, column }
        column += right.rows
        return found
      }),
      writing: below(writing),
      reading: beside(reading),
    }
  }

/** The lengths of the blocks of a product, one for each writer and reader. */
function blockLengths({ columns, data }: Matrix, from: Layer) {
  return (writer: number, { column, width }: Reader): number => {
    const { row, width: rows } = from.written[writer]
    let sum = 0
    for (let i = row; i < row + rows; i++)
      for (let j = column; j < column + width; j++) sum += data[i * columns + j] ** 2
    return Math.sqrt(sum)
  }
}

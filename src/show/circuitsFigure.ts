// Circuits of heads as a table, and composition scores as grids: a row is the head that writes, a column the one that reads.

import type { Circuits } from '../inspect/circuits/circuits.ts'
import type { Composition } from '../inspect/circuits/composition.ts'
import type { Direction } from '../inspect/circuits/directions.ts'
import { nameOfHead } from '../inspect/circuits/headLabels.ts'
import type { Basis, Besides } from '../inspect/circuits/headWeights.ts'
import type { KeyTrace } from '../inspect/circuits/keyTraces.ts'
import type { CompositionKind } from '../inspect/circuits/overlaps.ts'
import type { TokenTables } from '../inspect/circuits/tokenTables.ts'
import type { VirtualHead } from '../inspect/circuits/virtualHeads.ts'
import type { Figure, FigurePlace, Panel } from './figure.ts'
import { directionNote, directionPanel, type PatternTexts, tracePanel, virtualPanels } from './headPathsFigure.ts'
import { placeOfHead } from './streamNames.ts'
import { tokenNotes, tokenPanels, type WordOf } from './tokenTablesFigure.ts'

/** The things that a figure of circuits may show besides the table of heads. */
export interface CircuitsShown extends PatternTexts {
  readonly composition?: Composition | undefined
  readonly tokens?: TokenTables | undefined
  readonly directions?: readonly Direction[] | undefined
  readonly virtual?: VirtualHead | undefined
  readonly traces?: readonly KeyTrace[] | undefined
  /** The words of tokens. */
  readonly wordOf?: WordOf | undefined
  /** True where rows of single tokens were asked for, in place of the strongest cells. */
  readonly isOfRows?: boolean | undefined
}

/** The figure of the circuits of heads, and of what else was asked for. */
export function circuitsFigure(
  found: Circuits,
  { composition, tokens, directions, virtual, traces, wordOf = String, isOfRows = false, ...texts }: CircuitsShown = {},
): Figure {
  const { basis, offset, heads } = found
  const besides = [...new Set(heads.flatMap((each) => each.besides))]
  const missing = [...new Set(heads.flatMap((each) => each.missing))]
  return {
    title: 'The circuits of each head: where it looks (QK), and what it writes there (OV)',
    notes: [
      inWords[basis],
      ...besides.map((each) => (each === 'turned' && offset !== undefined ? turnedWords(offset) : besidesWords[each])),
      ...missing.map((name) => `Some heads have no ${name} projection; the identity stands for it.`),
      '‖QK‖, ‖OV‖: the length of the matrix, √Σσ²: how much scores differ with what meets, and how much a head writes. Large is what stands out among the heads.',
      'σ₁: the largest singular value, what the strongest direction is multiplied by. Where it is nearly the length, one direction is nearly all; where all r are alike, it is the length / √r.',
      'λ: Σλ/Σ|λ|, 1 where all eigenvalues are positive (a head that copies, or looks for the same), −1 where all are negative. λ(W): the same between tokens, of W_E · QK · W_Eᵀ and of W_E · OV · W_U.',
      ...(tokens ? tokenNotes(tokens) : []),
      ...(directions ? [directionNote] : []),
    ],
    panels: [
      headsPanel(heads),
      ...(composition ? compositionPanels(composition) : []),
      ...(tokens ? tokenPanels(tokens, { wordOf, isOfRows }) : []),
      ...(directions ? [directionPanel(directions, wordOf)] : []),
      ...(virtual ? virtualPanels(virtual, wordOf, texts) : []),
      ...(traces ? [tracePanel(traces)] : []),
    ],
  }
}

/** A row for every head; what no head has is no column. */
function headsPanel(heads: Circuits['heads']): Panel {
  const has = (kind: 'qk' | 'ov'): boolean => heads.some(({ tokens }) => tokens[kind] !== undefined)
  const between = { qk: has('qk'), ov: has('ov') }
  const names = (['qk', 'ov'] as const).flatMap((kind) => {
    const name = kind.toUpperCase()
    return [`‖${name}‖`, `${name} σ₁`, `${name} λ`, ...(between[kind] ? [`${name} λ(W)`] : [])]
  })
  return {
    kind: 'table',
    columns: ['head', ...names].map((name) => ({ name })),
    places: heads.map((head) => [placeOfHead(head)]),
    rows: heads.map((head) => [
      nameOfHead(head),
      ...(['qk', 'ov'] as const).flatMap((kind) => {
        const { norm, singular, positive } = head[kind]
        return [norm, singular[0] ?? 0, positive, ...(between[kind] ? [head.tokens[kind] ?? ''] : [])]
      }),
    ]),
  }
}

const inWords: Readonly<Record<Basis, string>> = {
  raw: 'The weights are shown as they are (raw): gains of norms are not in them.',
  folded:
    'The gains of the norms before them are folded into the weights, which are centred where these take the mean away.',
}

const besidesWords: Readonly<Record<Besides, string>> = {
  turned:
    'Queries and keys are turned by their places (RoPE): QK is the content part alone. An offset gives it at a distance.',
  biased: 'Numbers are added to the scores by distance (ALiBi); they are not in QK.',
  placed: 'Places are added to what asks and offers; QK holds for what the stream brings.',
  normed: 'Queries and keys are normalised before they meet: QK is right but for one factor for each of them.',
}

const turnedWords = (offset: number): string =>
  `Queries and keys are turned by their places (RoPE): QK is that of a source ${offset} places before.`

const kindNames: Readonly<Record<CompositionKind, string>> = {
  query: 'Q-composition',
  key: 'K-composition',
  value: 'V-composition',
}

/** Composition alone as a figure. */
export const compositionFigure = (found: Composition): Figure => ({
  title: 'Which heads read what others write',
  notes: [
    inWords[found.basis],
    'Composition: how much of what the head of a row writes the head of a column reads, for its queries (Q), its keys (K) or its values (V). Beside it stands what chance gives, 1/√d, and what two heads give that match and whose singular values are all equal, 1/√r.',
  ],
  panels: compositionPanels(found),
})

/** A grid for each kind of composition: heads that write, and those that read. */
function compositionPanels({ rows, baseline }: Composition): Panel[] {
  return [...Map.groupBy(rows, ({ kind }) => kind)].map(([kind, scores]): Panel => {
    const named = (side: 'from' | 'to'): Map<string, FigurePlace> =>
      new Map(scores.map((each) => [nameOfHead(each[side]), placeOfHead(each[side])]))
    const [writing, reading] = [named('from'), named('to')]
    const [from, to] = [[...writing.keys()], [...reading.keys()]]
    const values = new Float64Array(from.length * to.length).fill(Number.NaN)
    for (const { score, ...each } of scores)
      values[from.indexOf(nameOfHead(each.from)) * to.length + to.indexOf(nameOfHead(each.to))] = score
    const matched = Math.max(...scores.map((each) => each.matched))
    return {
      kind: 'grid',
      title: `${kindNames[kind]}: chance gives ${baseline.toFixed(4)}, matching isometries ${matched.toFixed(4)}`,
      rows: { name: 'writes', labels: from, places: [...writing.values()] },
      columns: { name: 'reads', labels: to, places: [...reading.values()] },
      values,
      unit: 'score',
      scale: 'amount',
    }
  })
}

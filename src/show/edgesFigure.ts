// Edges as a figure: a grid of writers and readers, and the strongest as a table; circuits of the strongest, with their faithfulness.

import type { EdgeAttribution } from '../inspect/interventions/attributeEdges.ts'
import type { Faithfulness } from '../inspect/interventions/faithfulness.ts'
import type { EdgePatching } from '../inspect/interventions/patchEdges.ts'
import type { EdgeEnd } from '../inspect/interventions/streamEdges.ts'
import type { Figure, FigureColumn, Panel } from './figure.ts'
import { errorColumn, type PatchedIn, pairsNotes, thingIn, wayOfPatches } from './patchingFigure.ts'
import { nameOfPart } from './streamNames.ts'

/** The metric in words, and the number of edges that the table has. */
export interface EdgesWords extends PatchedIn {
  /** `the logit of " Paris"` */
  readonly metric: string
  readonly top: number
}

interface Row {
  readonly from: EdgeEnd
  readonly to: EdgeEnd
  readonly normalised: number
  readonly error: number
  readonly change: number
}

/** The most writers and readers of a grid; where there are more, it has those of the strongest edges. */
const mostEnds = { rows: 40, columns: 64 }

/** The figure of edges that were patched, each by itself. */
export function edgesFigure(found: EdgePatching, words: EdgesWords): Figure {
  const { base, other } = wayOfPatches(found)
  const thing = thingIn(words)
  const rows = found.rows.map(({ effect, ...row }): Row => ({ ...row, change: effect }))
  return {
    title: `Edges of the ${base} ${thing}, patched one by one: ${words.metric}`,
    notes: [
      ...pairsNotes(found, thing),
      `One reader reads of one writer what it writes for the ${other} ${thing}; all other readers read what it writes for the ${base} one.`,
      `Shares of the way from one ${thing} to the other: at 0 the edge changes nothing.`,
    ],
    panels: edgePanels(rows, words, 'effect', found.pairs),
  }
}

/** The figure of edges whose effects are estimated. */
export function edgeScoresFigure(found: EdgeAttribution, words: EdgesWords, circuits?: Faithfulness): Figure {
  const { base, other } = wayOfPatches(found)
  const thing = thingIn(words)
  const rows = found.rows.map(({ score, ...row }): Row => ({ ...row, change: score }))
  const gap = Math.max(...found.writers.map(({ edges, score }) => Math.abs(edges - score)))
  const from =
    found.steps === 1
      ? `at the ${base} ${thing}`
      : `at ${found.steps} places on the way from the ${base} ${thing} to the ${other} one`
  return {
    title: `Edges of the ${base} ${thing}, estimated by the gradient: ${words.metric}`,
    notes: [
      ...pairsNotes(found, thing),
      `An estimate is the change of what is written, to that of the ${other} ${thing}, times the gradient of the stream that is read, ${from}.`,
      `The edges of each writer add up to the estimate for all of it; the greatest difference is ${gap.toExponential(1)}.`,
    ],
    panels: [
      ...edgePanels(rows, words, 'estimate', found.pairs),
      ...(circuits ? [circuitsTable(circuits, thing)] : []),
    ],
  }
}

function edgePanels(rows: readonly Row[], { top }: EdgesWords, change: string, pairs: number): Panel[] {
  const strongest = rows.toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change)).slice(0, top)
  const columns: FigureColumn[] = [{ name: 'from' }, { name: 'to' }, { name: 'share' }, ...errorColumn(pairs)]
  return [
    edgeGrid(rows, strongest),
    {
      kind: 'table',
      title:
        rows.length > top ? `The strongest ${strongest.length} of ${rows.length} edges` : 'Edges, the strongest first',
      columns: [...columns, { name: change, unit: 'logit' }],
      rows: strongest.map((row) => [
        nameOfPart(row.from),
        nameOfReader(row.to),
        row.normalised,
        ...(pairs > 1 ? [row.error] : []),
        row.change,
      ]),
    },
  ]
}

function edgeGrid(rows: readonly Row[], strongest: readonly Row[]): Panel {
  const ends = (some: readonly Row[]) => ({
    from: new Map(some.map(({ from }) => [from.address, from])),
    to: new Map(some.map(({ to }) => [to.address, to])),
  })
  const all = ends(rows)
  const isWhole = all.from.size <= mostEnds.rows && all.to.size <= mostEnds.columns
  const shown = isWhole ? all : ends(strongest)
  const [from, to] = [inOrder(shown.from, -1), inOrder(shown.to, Number.POSITIVE_INFINITY)]
  const shares = new Map(rows.map((row) => [`${row.from.address} ${row.to.address}`, row.normalised]))
  const whose = isWhole ? 'each reader' : 'the readers of the strongest edges'
  return {
    kind: 'grid',
    title: `What reaches ${whose} (q, k, v: queries, keys and values of a head H of a layer L)`,
    rows: { name: 'writer', labels: from.map((end) => nameOfPart(end)) },
    columns: { name: 'reader', labels: to.map(shortName) },
    values: from.flatMap((writer) =>
      to.map((reader) => shares.get(`${writer.address} ${reader.address}`) ?? Number.NaN),
    ),
    unit: 'share',
    scale: 'signed',
  }
}

/** In the order of the stream. `outside`: the layer of what belongs to none. */
function inOrder(ends: ReadonlyMap<string, EdgeEnd>, outside: number): EdgeEnd[] {
  const places = ({ layer = outside, part, reads, head = 0 }: EdgeEnd): number[] => [
    layer,
    part === 'mlp' ? 1 : 0,
    ['query', 'key', 'value'].indexOf(reads ?? ''),
    head,
  ]
  return [...ends.values()].toSorted((a, b) => {
    const [one, other] = [places(a), places(b)]
    const i = one.findIndex((place, i) => place !== other[i])
    return i < 0 ? 0 : one[i] - other[i]
  })
}

/** `layer 1, head 0, query`, `layer 1, mlp`, `logits` */
const nameOfReader = ({ reads, ...end }: EdgeEnd): string =>
  `${nameOfPart(end)}${reads === undefined ? '' : `, ${reads}`}`

/** `L1 H0 q`, `L1 mlp`, `logits` */
function shortName({ layer, head, part, reads }: EdgeEnd): string {
  const own = head === undefined ? part : `H${head}`
  return [layer === undefined ? '' : `L${layer}`, own, reads?.[0] ?? ''].filter((each) => each !== '').join(' ')
}

function circuitsTable({ rows, edges, pairs }: Faithfulness, thing: string): Panel {
  return {
    kind: 'table',
    title: `The strongest of ${edges} edges alone, the corrupt ${thing} along all others`,
    columns: [
      { name: 'edges', align: 'right' },
      { name: 'faithfulness' },
      ...errorColumn(pairs),
      { name: 'metric', unit: 'logit' },
    ],
    rows: rows.map((row) => [String(row.edges), row.normalised, ...(pairs > 1 ? [row.error] : []), row.raw]),
  }
}

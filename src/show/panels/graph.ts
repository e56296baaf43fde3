// A graph in a terminal: its strongest edges as a table.

import type { DrawnEdge, PanelOf } from '../figure.ts'
import type { LineOptions } from '../lines.ts'
import { readable } from '../visible.ts'
import type { PanelTable } from './picture.ts'
import { tableOfTable, tablePanelLines } from './table.ts'

export type GraphPanel = PanelOf<'graph'>

/** A terminal shows so many edges. */
const mostShown = 24

/** Edges, the strongest first. */
export const byStrength = ({ edges }: GraphPanel): DrawnEdge[] => edges.toSorted((a, b) => b.weight - a.weight)

/** A node by its place and its label: `3 cat`; with the name of its row where there are several. */
export function nodeText({ rows }: GraphPanel, [row, place]: DrawnEdge['from']): string {
  const label = rows[row].labels[place]
  return label === String(place) ? label : `${place} ${readable(label)}`
}

function tableOf(panel: GraphPanel, edges: readonly DrawnEdge[]): PanelOf<'table'> {
  const { rows, kinds, unit } = panel
  const between = rows.length > 2
  return {
    kind: 'table',
    columns: [
      { name: 'from' },
      { name: 'to' },
      ...(between ? [{ name: 'between' }] : []),
      ...(kinds ? [{ name: kinds.name }] : []),
      { name: unit },
    ],
    places: edges.map(({ from, to }) => [from, to].map(([row, place]) => rows[row].places?.[place])),
    rows: edges.map(({ from, to, weight, kind }) => [
      nodeText(panel, from),
      nodeText(panel, to),
      ...(between ? [`${rows[from[0]].name} → ${rows[to[0]].name}`] : []),
      ...(kinds ? [kinds.labels[kind ?? 0]] : []),
      weight,
    ]),
  }
}

export function graphLines(panel: GraphPanel, options: LineOptions): string[] {
  const edges = byStrength(panel)
  if (edges.length === 0) return ['There are no edges.']
  const lines = tablePanelLines(tableOf(panel, edges.slice(0, mostShown)), options)
  return edges.length <= mostShown ? lines : [...lines, `The strongest ${mostShown} of ${edges.length} edges.`]
}

export const graphTable = (panel: GraphPanel): PanelTable => tableOfTable(tableOf(panel, byStrength(panel)))

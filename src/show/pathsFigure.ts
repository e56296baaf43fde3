// Paths as a figure: what each sender does by way of the receivers, heads as a grid of layers and heads.

import type { PathPatching } from '../inspect/interventions/patchPaths.ts'
import type { Figure, Panel } from './figure.ts'
import { errorColumn, type PatchedIn, pairsNotes, thingIn, wayOfPatches } from './patchingFigure.ts'
import { nameOfPart } from './streamNames.ts'

/** The figure of paths. `metric`: it in words. */
export function pathsFigure(found: PathPatching, words: PatchedIn & { readonly metric: string }): Figure {
  const { rows, receivers, pairs } = found
  const { base, other } = wayOfPatches(found)
  const thing = thingIn(words)
  const ordered = rows.toSorted((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
  return {
    title: `Paths of the ${base} ${thing}: ${words.metric}`,
    notes: [
      ...pairsNotes(found, thing),
      `One sender says what it says of the ${other} ${thing}, all other heads what they say of the ${base} one; what comes of it to ${receivers.length > 4 ? `${receivers.length} receivers` : receivers.join(', ')} is put into the ${base} ${thing}.`,
      `Shares of the way from one ${thing} to the other: at 0 nothing changes.`,
    ],
    panels: [
      ...headsGrid(found),
      {
        kind: 'table',
        title: 'Senders, the strongest first',
        columns: [{ name: 'sender' }, { name: 'share' }, ...errorColumn(pairs), { name: 'effect', unit: 'logit' }],
        rows: ordered.map((row) => [
          row.position === undefined ? nameOfPart(row) : `${nameOfPart(row)}, position ${row.position}`,
          row.normalised,
          ...(pairs > 1 ? [row.error] : []),
          row.effect,
        ]),
      },
    ],
  }
}

/** Layers and heads, where every sender is a head of a model of one half. */
function headsGrid({ rows }: PathPatching): Panel[] {
  const isHead = rows.every(
    ({ part, layer, head, half, position }) =>
      part === 'attention' && layer !== undefined && head !== undefined && half === undefined && position === undefined,
  )
  if (!isHead || rows.length < 2) return []
  const layers = [...new Set(rows.map(({ layer = 0 }) => layer))]
  const heads = [...new Set(rows.map(({ head = 0 }) => head))].toSorted((a, b) => a - b)
  const share = (layer: number, head: number): number =>
    rows.find((row) => row.layer === layer && row.head === head)?.normalised ?? Number.NaN
  return [
    {
      kind: 'grid',
      title: 'Each head as the sender',
      rows: { name: 'layer', labels: layers.map(String) },
      columns: { name: 'head', labels: heads.map(String) },
      values: layers.flatMap((layer) => heads.map((head) => share(layer, head))),
      unit: 'share',
      scale: 'signed',
    },
  ]
}

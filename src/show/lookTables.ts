// The scores of one look as tables: what has the same scores stands in one table, a row for each head, pair of heads, part or place, a
// column for each score, with decimals of its own. A score of one thing alone is a row among others of its kind.

import { nameOfHead } from '../inspect/circuits/headLabels.ts'
import type { Watched, WatchedRow } from '../inspect/watch/watched.ts'
import type { PanelOf } from './figure.ts'
import { numberWriter } from './figureNumbers.ts'

type Table = PanelOf<'table'>

/** A thing that is watched: `head 0.1`, `0.1 → 1.0`, `blocks.0.mlp`, `position 5` */
export function watchedLabel({ score, layer, head, part, from, to, address, position }: Watched): string {
  if (from && to) return `${nameOfHead(from)} → ${nameOfHead(to)}`
  if (layer !== undefined && head !== undefined) return `head ${nameOfHead({ layer, head, ...(part && { part }) })}`
  if (position !== undefined) return `position ${position}`
  return address ?? (/-(norm|ratio)$/.test(score) ? 'the whole model' : score)
}

/** The tables of the rows that are numbers. */
export function lookTables(rows: readonly WatchedRow[]): Table[] {
  const scores = [...Map.groupBy(rows, ({ score }) => score).values()]
  const alone = scores.filter((own) => own.length === 1).flat()
  const others = Map.groupBy(
    scores.filter((own) => own.length > 1),
    (own) => own.map(watchedLabel).join('\n'),
  )
  return [...(alone.length > 0 ? [tableOfAlone(alone)] : []), ...[...others.values()].map(tableOfSeveral)]
}

const numberOf = ({ value = Number.NaN }: WatchedRow): number => value

function tableOfAlone(rows: readonly WatchedRow[]): Table {
  return {
    kind: 'table',
    title: 'Scores',
    columns: [{ name: 'score' }, { name: 'of' }, { name: 'value', align: 'right' }, { name: 'unit' }],
    rows: rows.map((row) => {
      const value = numberOf(row)
      return [row.score, watchedLabel(row), numberWriter([value])(value), row.unit]
    }),
  }
}

/** The table of scores that have the same things. */
function tableOfSeveral(scores: readonly (readonly WatchedRow[])[]): Table {
  return {
    kind: 'table',
    title: titleOf(scores[0][0]),
    columns: [{ name: '' }, ...scores.map(([{ score, unit }]) => ({ name: score, unit }))],
    rows: scores[0].map((row, i) => [watchedLabel(row), ...scores.map((own) => numberOf(own[i]))]),
  }
}

function titleOf({ from, head, position }: WatchedRow): string {
  if (from) return 'From head to head'
  if (head !== undefined) return 'Heads'
  return position === undefined ? 'Parts of the model' : 'Places'
}

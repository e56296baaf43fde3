// Rows of numbers along an axis that runs on, such as time: shades so close that they are one picture, and a way through them. On a
// terminal a row is a line of denser and denser marks.

import type { PanelOf } from '../figure.ts'
import { sixDigits, strengthOf } from '../figureNumbers.ts'
import { type LineOptions, lengthOf } from '../lines.ts'
import { cut, readable } from '../visible.ts'
import { columnLines, labelLimit } from './columns.ts'
import type { PanelTable } from './picture.ts'

export type CoursePanel = PanelOf<'course'>

/** Marks from nothing to much, and that of the way. */
const marks = [' ', '·', '░', '▒', '▓', '█'] as const
const wayMark = '◆'
/** The most columns and rows that lines show. */
const [mostColumns, mostRows] = [100, 128]

/** The number of columns. */
export const columnCount = ({ values, rows }: CoursePanel): number => values.length / rows.labels.length

/** Numbers in fewer columns: of those that fall together, the one that is farthest from 0. */
export function inFewerColumns(values: ArrayLike<number>, columns: number, to: number): Float64Array {
  const rows = values.length / columns
  const out = new Float64Array(rows * to).fill(Number.NaN)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const [value, at] = [values[row * columns + column], row * to + Math.floor((column * to) / columns)]
      if (!(Math.abs(out[at]) >= Math.abs(value))) out[at] = value
    }
  return out
}

export function courseLines(panel: CoursePanel, { width }: LineOptions): string[] {
  const { rows, x, path } = panel
  const all = columnCount(panel)
  const names = rows.labels.slice(0, mostRows).map((label) => cut(readable(label), labelLimit(width)))
  const left = names.reduce((most, name) => Math.max(most, lengthOf(name)), panel.letters ?? 1)
  const wide = Math.max(8, Math.min(mostColumns, all, width - left - 2))
  const values = inFewerColumns(panel.values, all, wide)
  const strength = strengthOf({ scale: panel.scale, values })
  const way = new Set(
    Array.from(path?.rows ?? [], (row, i) => row * wide + Math.floor(((path?.columns[i] ?? 0) * wide) / all)),
  )
  const lines = names.map((name, row) => {
    const shades = Array.from({ length: wide }, (_, column) => {
      const cell = row * wide + column
      const strong = strength(values[cell])
      return way.has(cell) ? wayMark : marks[Math.round(Math.max(0, strong || 0) * (marks.length - 1))]
    })
    return `${' '.repeat(left - lengthOf(name))}${name} │${shades.join('')}`.trimEnd()
  })
  const [first, last] = [sixDigits(x.from), sixDigits(x.to)]
  return [
    `${readable(rows.name)} ↓  ${readable(x.name)} →${panel.unit === '' ? '' : `  (${readable(panel.unit)})`}`,
    ...lines,
    `${' '.repeat(left + 2)}${first}${' '.repeat(Math.max(1, wide - first.length - last.length))}${last}`,
    ...(rows.labels.length > mostRows ? [`Only the first ${mostRows} of ${rows.labels.length} rows stand here.`] : []),
    '',
    ...numbersBelow(panel, width),
  ]
}

/** The table, as lines. */
function numbersBelow(panel: CoursePanel, width: number): string[] {
  const { columns, rows } = courseTable(panel)
  return columnLines(
    columns.map((name, i) => ({
      name: readable(name),
      align: i === 0 ? 'left' : 'right',
      cells: rows.slice(0, mostRows).map((row) => (typeof row[i] === 'number' ? sixDigits(row[i]) : readable(row[i]))),
    })),
    width,
  )
}

/** Where each row is most, and how much; and from where to where the way goes through it. */
export function courseTable(panel: CoursePanel): PanelTable {
  const { rows, x, values, path, unit } = panel
  const columns = columnCount(panel)
  const at = (column: number): number => x.from + ((x.to - x.from) * column) / columns
  return {
    columns: [rows.name, `most at (${x.name})`, unit === '' ? 'value' : unit, ...(path ? ['from', 'to'] : [])],
    rows: rows.labels.map((label, row) => {
      let best = 0
      for (let i = 1; i < columns; i++) if (values[row * columns + i] > values[row * columns + best]) best = i
      const own = Array.from(path?.columns ?? []).filter((_, i) => path?.rows[i] === row)
      const along = path ? [at(own[0] ?? 0), at((own.at(-1) ?? 0) + 1)] : []
      return [label, at(best), values[row * columns + best], ...along]
    }),
  }
}

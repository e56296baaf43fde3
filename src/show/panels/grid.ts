// Numbers in rows and columns, each cell shaded by its number. On a terminal they are written too, as many columns as fit; what does
// not fit goes on below, and what would be too much is left out, and said.

import type { PanelOf } from '../figure.ts'
import { numberWriter, shareWriter, sixDigits, strengthOf } from '../figureNumbers.ts'
import { type LineOptions, lengthOf } from '../lines.ts'
import { amountColours, signedColours } from '../shades.ts'
import { cut, readable } from '../visible.ts'
import { columnHeads } from './columnHeads.ts'
import { columnBlocks, labelLimit } from './columns.ts'
import type { PanelTable } from './picture.ts'

export type Grid = PanelOf<'grid'>

/** Lines show at most so many blocks of columns, and so many rows. */
const mostBlocks = 12
const mostRows = 128

/** The texts of the cells: those that the panel brings, or its numbers. */
export function textsOf({ values, texts, scale, hasNaN = false }: Grid): (cell: number) => string {
  const write = scale === 'share' ? shareWriter(values) : numberWriter(values)
  return texts
    ? (cell) => readable(texts[cell] ?? '')
    : (cell) => (hasNaN && Number.isNaN(values[cell]) ? 'NaN' : write(values[cell]))
}

/** The length of the longest text, at least 1. */
export const widestOf = (texts: readonly string[]): number =>
  texts.reduce((most, each) => Math.max(most, lengthOf(each)), 1)

/** `layer ↓  head →  (nats)`; a side without a name is not told. */
export const sidesText = ({ rows, columns, unit }: Grid): string =>
  [
    ...(rows.name === '' ? [] : [`${readable(rows.name)} ↓`]),
    ...(columns.name === '' ? [] : [`${readable(columns.name)} →`]),
    ...(unit === '' ? [] : [`(${readable(unit)})`]),
  ].join('  ')

export function gridLines(panel: Grid, { width, hasColours }: LineOptions): string[] {
  const { rows, columns } = panel
  const text = textsOf(panel)
  const rowCount = rows.labels.length
  const columnCount = columns.labels.length
  const firstRow = Math.max(0, rowCount - mostRows)
  const shownRows = rows.labels.slice(firstRow).map((label) => cut(readable(label), labelLimit(width)))
  const labelWidth = widestOf(shownRows)
  const texts = shownRows.map((_, row) =>
    columns.labels.map((_, column) => text((firstRow + row) * columnCount + column)),
  )
  const names = columnHeads(columns, 12)
  const most = labelLimit(width)
  const wide = Math.min(most, Math.max(widestOf(names), widestOf(texts.flat()))) + 1
  const blocks = columnBlocks(
    columns.labels.map(() => wide),
    width - labelWidth,
  )
  const shown = blocks.slice(-mostBlocks)
  const paint = painter(panel, hasColours)
  const sides = sidesText(panel)
  const lines = sides === '' ? [] : [sides]
  const firstColumn = shown[0][0]
  if (firstColumn > 0)
    lines.push(
      `Only the last ${columnCount - firstColumn} of ${columnCount} columns stand here; the others do not fit.`,
    )
  if (firstRow > 0) lines.push(`Only the last ${mostRows} of ${rowCount} rows stand here.`)
  for (const [i, [from, to]] of shown.entries()) {
    if (i > 0) lines.push('')
    const head = names.slice(from, to).map((name) => name.padStart(wide + name.length - lengthOf(name)))
    lines.push(`${' '.repeat(labelWidth)}${head.join('')}`)
    for (const [row, label] of shownRows.entries()) {
      const cells = texts[row].slice(from, to).map((cell, j) => {
        const shownText = cut(cell, most)
        return paint(' '.repeat(wide - lengthOf(shownText)) + shownText, (firstRow + row) * columnCount + from + j)
      })
      lines.push(`${label}${' '.repeat(labelWidth - lengthOf(label))}${cells.join('')}`.trimEnd())
    }
  }
  return lines
}

/** Shades the text of a cell, where the terminal has colours. */
function painter(panel: Grid, hasColours: boolean): (text: string, cell: number) => string {
  if (!hasColours) return (text) => text
  const strength = strengthOf(panel)
  return (text, cell) => {
    const strong = strength(panel.values[cell])
    if (Number.isNaN(strong)) return text
    const { ground, ink } = panel.scale === 'signed' ? signedColours(strong) : amountColours(strong)
    return `\u001b[48;5;${ground};38;5;${ink}m${text}\u001b[39;49m`
  }
}

export function gridTable(panel: Grid): PanelTable {
  const { rows, columns, values, texts, hasNaN = false } = panel
  const count = columns.labels.length
  return {
    columns: [`${rows.name} / ${columns.name}`, ...columns.labels],
    columnPlaces: columns.places && [undefined, ...columns.places],
    places: rows.places?.map((place) => [place]),
    rows: rows.labels.map((label, row) => [
      label,
      ...columns.labels.map((_, column) => {
        const cell = row * count + column
        if (!texts && hasNaN && Number.isNaN(values[cell])) return 'NaN'
        return texts ? `${texts[cell] ?? ''} (${sixDigits(values[cell])})` : values[cell]
      }),
    ]),
  }
}

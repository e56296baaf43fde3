// Numbers in rows and columns, each cell shaded by its number. On a terminal they are written too, as many columns as fit; what does
// not fit goes on below, and what would be too much is left out, and said.

import type { PanelOf } from '../figure.ts'
import { numberWriter, scaleEnds, sixDigits, strengthOf } from '../figureNumbers.ts'
import { type LineOptions, lengthOf } from '../lines.ts'
import { escaped, hundredths, textWidth, usualWidth } from '../look.ts'
import { amountColours, signedColours } from '../shades.ts'
import { cut, readable } from '../visible.ts'
import { columnBlocks, labelLimit } from './columns.ts'
import type { PanelPicture, PanelTable } from './picture.ts'

type Grid = PanelOf<'grid'>

/** Lines show at most so many blocks of columns, and so many rows. */
const mostBlocks = 4
const mostRows = 128

/** The texts of the cells: those that the panel brings, or its numbers. */
function textsOf({ values, texts }: Grid): (cell: number) => string {
  const write = numberWriter(values)
  return texts ? (cell) => readable(texts[cell] ?? '') : (cell) => write(values[cell])
}

/** The length of the longest text, at least 1. */
const longest = (texts: readonly string[]): number => texts.reduce((most, each) => Math.max(most, lengthOf(each)), 1)

/** `layer ↓  head →  (nats)` */
const sides = ({ rows, columns, unit }: Grid): string =>
  `${readable(rows.name)} ↓  ${readable(columns.name)} →${unit === '' ? '' : `  (${readable(unit)})`}`

export function gridLines(panel: Grid, { width, hasColours }: LineOptions): string[] {
  const { rows, columns } = panel
  const text = textsOf(panel)
  const rowCount = rows.labels.length
  const columnCount = columns.labels.length
  const firstRow = Math.max(0, rowCount - mostRows)
  const shownRows = rows.labels.slice(firstRow).map((label) => cut(readable(label), labelLimit(width)))
  const labelWidth = longest(shownRows)
  const texts = shownRows.map((_, row) =>
    columns.labels.map((_, column) => text((firstRow + row) * columnCount + column)),
  )
  const names = columns.labels.map((label) => cut(readable(label), 12))
  const most = labelLimit(width)
  const wide = Math.min(most, Math.max(longest(names), longest(texts.flat()))) + 1
  const blocks = columnBlocks(
    columns.labels.map(() => wide),
    width - labelWidth,
  )
  const shown = blocks.slice(-mostBlocks)
  const paint = painter(panel, hasColours)
  const lines = [sides(panel)]
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
  const { rows, columns, values, texts } = panel
  const count = columns.labels.length
  return {
    columns: [`${rows.name} / ${columns.name}`, ...columns.labels],
    rows: rows.labels.map((label, row) => [
      label,
      ...columns.labels.map((_, column) => {
        const cell = row * count + column
        return texts ? `${texts[cell] ?? ''} (${sixDigits(values[cell])})` : values[cell]
      }),
    ]),
  }
}

/** Grids with more cells have no titles on them. */
const mostTitles = 4000
const font = 12
const legendHeight = 44
const [legendSteps, legendStep] = [7, 48]

export function gridPicture(panel: Grid): PanelPicture {
  const { rows, columns, unit } = panel
  const [height, width] = [rows.labels.length, columns.labels.length]
  const text = textsOf(panel)
  const names = rows.labels.map((label) => cut(readable(label), 40))
  const heads = columns.labels.map((label) => cut(readable(label), 24))
  const left = 10 + longest(names) * 0.61 * font
  const room = usualWidth - 2 * 24 - left
  const texts = height * width <= mostTitles ? Array.from({ length: height * width }, (_, i) => text(i)) : []
  const wanted = Math.max(34, longest(texts) * 0.61 * 11 + 8)
  const hasTexts = texts.length > 0 && wanted * width <= room
  const cell = hasTexts
    ? { width: wanted, height: 22 }
    : { width: hundredths(Math.min(22, Math.max(3, room / width))), height: Math.min(22, Math.max(3, room / width)) }
  const isLevel = heads.every((head) => textWidth(head, font) <= cell.width)
  const top = 26 + (isLevel ? font + 6 : longest(heads) * 0.61 * font + 8)
  const every = Math.max(1, Math.ceil((font + 1) / cell.width))
  const everyRow = Math.max(1, Math.ceil((font + 1) / cell.height))
  const headAt = (head: string, i: number): string => {
    if (i % every !== 0) return ''
    const x = hundredths(left + (i + 0.5) * cell.width)
    return isLevel
      ? `<text class="token" x="${x}" y="${top - 6}" text-anchor="middle">${escaped(head)}</text>`
      : `<text class="token" transform="translate(${hundredths(x + font * 0.35)} ${top - 5}) rotate(-90)">${escaped(head)}</text>`
  }
  const nameAt = (name: string, i: number): string =>
    i % everyRow === 0
      ? `<text class="token" x="${left - 6}" y="${hundredths(top + (i + 0.5) * cell.height + font * 0.35)}" text-anchor="end">${escaped(name)}</text>`
      : ''
  const cells = Array.from({ length: height * width }, (_, i) => ({
    i,
    x: hundredths(left + (i % width) * cell.width),
    y: hundredths(top + Math.floor(i / width) * cell.height),
  }))
  return {
    width: Math.max(left + cell.width * width, left + legendSteps * legendStep),
    height: top + cell.height * height + legendHeight,
    markup: [
      `<text class="note" y="14">${escaped(sides(panel)).replaceAll('  ', ' \u00a0')}</text>`,
      `<g font-size="${font}">${names.map(nameAt).join('')}${heads.map(headAt).join('')}</g>`,
      shadesOf(panel, cells, cell),
      hasTexts ? cells.map(({ i, x, y }) => cellText(panel, texts[i], { i, x, y }, cell)).join('') : '',
      texts.length > 0
        ? cells
            .map(
              ({ i, x, y }) =>
                `<rect class="pointed-at" x="${x}" y="${y}" width="${cell.width}" height="${cell.height}"><title>${escaped(
                  `${readable(rows.labels[Math.floor(i / width)])}, ${readable(columns.labels[i % width])}: ${texts[i]}${unit === '' ? '' : ` ${unit}`}`,
                )}</title></rect>`,
            )
            .join('')
        : '',
      `<g transform="translate(${left} ${top + cell.height * height + 12})">${legend(panel)}</g>`,
    ].join(''),
  }
}

interface Place {
  readonly i: number
  readonly x: number
  readonly y: number
}

/** The shades, cells of one strength in one path. */
function shadesOf(panel: Grid, cells: readonly Place[], { width, height }: { width: number; height: number }): string {
  const strength = strengthOf(panel)
  const paths = new Map<number, string>()
  for (const { i, x, y } of cells) {
    const strong = strength(panel.values[i])
    if (Number.isNaN(strong)) continue
    const level = Math.round(40 * strong)
    paths.set(
      level,
      `${paths.get(level) ?? ''}M${x} ${y}h${hundredths(width - 0.5)}v${hundredths(height - 0.5)}h${-hundredths(width - 0.5)}z`,
    )
  }
  return [...paths]
    .sort(([a], [b]) => a - b)
    .map(([level, path]) => `<path ${shade(level / 40)} d="${path}"/>`)
    .join('')
}

const shade = (strong: number): string =>
  Math.abs(strong) < 1 / 80
    ? 'class="seen"'
    : `class="${strong < 0 ? 'against' : 'ink'}" fill-opacity="${hundredths(Math.abs(strong))}"`

function cellText(panel: Grid, text: string, { i, x, y }: Place, cell: { width: number; height: number }): string {
  const strong = Math.abs(strengthOf(panel)(panel.values[i]))
  return `<text class="${strong > 0.55 ? 'over' : 'value'}" font-size="11" x="${hundredths(x + cell.width / 2)}" y="${hundredths(y + cell.height / 2 + 4)}" text-anchor="middle">${escaped(text)}</text>`
}

/** The meaning of the shades. */
function legend(panel: Grid): string {
  const [low, high] = scaleEnds(panel)
  if (!(high > low)) return ''
  const steps =
    panel.scale === 'share'
      ? [0, 0.05, 0.1, 0.25, 0.5, 0.75, 1]
      : Array.from({ length: legendSteps }, (_, i) => low + ((high - low) * i) / (legendSteps - 1))
  const strength = strengthOf(panel)
  const write = numberWriter(steps)
  return steps
    .map((step, i) => {
      const x = i * legendStep
      return `<rect class="seen" x="${x}" width="46" height="10"/><rect ${shade(strength(step))} x="${x}" width="46" height="10"/><text class="note" x="${x + 23}" y="23" text-anchor="middle">${write(step)}</text>`
    })
    .join('')
}

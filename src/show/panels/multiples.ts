// Small grids side by side in a terminal: a character or two for every cell, the darker (without colours) or brighter (with them) the
// larger its number. What does not fit beside one another goes on below.

import type { PanelOf, SmallGrid } from '../figure.ts'
import { numberWriter, scaleEnds, strengthOf } from '../figureNumbers.ts'
import { type LineOptions, lengthOf } from '../lines.ts'
import { amountColours, shadeLevel, shadeSteps } from '../shades.ts'
import { readable } from '../visible.ts'
import type { PanelTable } from './picture.ts'

export type Multiples = PanelOf<'multiples'>

const shades = [' ', '·', '░', '▒', '▓', '█']

/** Labels are cut after so many characters. */
const longestLabel = 6

const gap = '   '

/** All numbers of a panel: one scale holds for all its grids. */
export function onOneScale({ grids, scale }: Multiples): {
  readonly values: ArrayLike<number>
  readonly scale: 'share' | 'amount'
} {
  return { scale, values: scale === 'share' ? [] : grids.flatMap(({ values }) => Array.from(values)) }
}

export function multiplesLines(panel: Multiples, { width, hasColours }: LineOptions): string[] {
  const { grids } = panel
  if (grids.length === 0) return []
  const labelled = grids.map((grid) => ({
    grid,
    rows: grid.rows.labels.map(labelOf),
    columns: grid.columns.labels.map(labelOf),
  }))
  const labelWidth = labelled
    .flatMap(({ rows }) => rows.map(lengthOf))
    .reduce((widest, width) => Math.max(widest, width), 1)
  const longest = Math.max(...labelled.map(({ columns }) => columns.length))
  const room = width - labelWidth - 1
  const cell = 2 * longest <= room ? 2 : 1
  const shown = Math.min(longest, Math.max(1, Math.floor(room / cell)))
  const longestTitle = Math.max(...grids.map(({ title }) => lengthOf(readable(title))))
  const gridWidth = labelWidth + 1 + Math.max(shown * cell, longestTitle)
  const perRow = Math.max(1, Math.floor((width + gap.length) / (gridWidth + gap.length)))

  const shaded = shaderOf(panel, cell, hasColours)
  const drawn = labelled.map((each) => gridLines(each, { shown, cell, labelWidth, shaded }))
  const [{ rows, columns }] = grids
  const sides =
    rows.name === '' && columns.name === '' ? [] : [`${readable(rows.name)} ↓   ${readable(columns.name)} →`]
  const lines = [...sides, legend(panel, shaded)]
  if (shown < longest) lines.push(`Only the last ${shown} of ${longest} positions fit here.`)
  for (let i = 0; i < drawn.length; i += perRow) {
    const row = drawn.slice(i, i + perRow)
    lines.push('')
    for (let y = 0; y < Math.max(...row.map((own) => own.length)); y++) {
      lines.push(
        row
          .map((own) => {
            const { text, length } = own[y] ?? { text: '', length: 0 }
            return text + ' '.repeat(Math.max(0, gridWidth - length))
          })
          .join(gap)
          .trimEnd(),
      )
    }
  }
  return lines
}

const labelOf = (label: string): string => [...readable(label)].slice(0, longestLabel).join('')

/** A line and how many characters of it can be seen: colours take none. */
interface Line {
  readonly text: string
  readonly length: number
}

interface Placing {
  /** The number of columns, and of rows, that fit: the last ones. */
  readonly shown: number
  readonly cell: number
  readonly labelWidth: number
  readonly shaded: (strength: number) => string
}

function gridLines(
  { grid, ...labels }: { grid: SmallGrid; rows: readonly string[]; columns: readonly string[] },
  { shown, cell, labelWidth, shaded }: Placing,
): Line[] {
  const firstRow = Math.max(0, labels.rows.length - shown)
  const firstColumn = Math.max(0, labels.columns.length - shown)
  const [rows, columns] = [labels.rows.slice(firstRow), labels.columns.slice(firstColumn)]
  const indent = ' '.repeat(labelWidth + 1)
  const title = indent + readable(grid.title)
  // Labels of columns stand upright, a character a line, ending just above the cells.
  const height = columns.reduce((most, label) => Math.max(most, lengthOf(label)), 0)
  const header = Array.from({ length: height }, (_, y) => {
    const characters = columns.map((label) => [...' '.repeat(height - lengthOf(label)), ...label][y])
    return indent + characters.map((character) => character.padEnd(cell)).join('')
  })
  const lines = rows.map((label, y): Line => {
    const start = `${' '.repeat(labelWidth - lengthOf(label))}${label} `
    const from = (firstRow + y) * labels.columns.length + firstColumn
    const cells = columns.map((_, x) => shaded(grid.values[from + x]))
    return { text: start + cells.join(''), length: labelWidth + 1 + columns.length * cell }
  })
  return [...[title, ...header].map((text) => ({ text, length: lengthOf(text) })), ...lines]
}

/** The cell of a number, as wide as it is to be. */
function shaderOf(panel: Multiples, cell: number, hasColours: boolean): (value: number) => string {
  const strength = strengthOf(onOneScale(panel))
  return (value) => {
    const strong = strength(value)
    if (Number.isNaN(strong)) return ' '.repeat(cell)
    if (!hasColours) return shades[shadeLevel(strong)].repeat(cell)
    return `\u001b[48;5;${amountColours(strong).ground}m${' '.repeat(cell)}\u001b[49m`
  }
}

/** The meaning of the shades. */
function legend(panel: Multiples, shaded: (value: number) => string): string {
  const [low, high] = scaleEnds(onOneScale(panel))
  const isShare = panel.scale === 'share'
  // A share is as strong as its root.
  const starts = [low, ...shadeSteps.map((step) => (isShare ? step ** 2 : low + step * (high - low)))]
  const write = isShare ? (share: number) => `${Number((100 * share).toPrecision(3))} %` : numberWriter(starts)
  const entries = starts.map(
    (start, i) =>
      `${shaded(start + (i === 0 ? 0 : 1e-9 * (high - low)))} ${i === 0 ? write(start).replace(' %', '') : `≥ ${write(start)}`}`,
  )
  return `${readable(panel.unit)}  ${entries.join('  ')}`
}

/** A table for each grid. */
export const multiplesTables = ({ grids }: Multiples): PanelTable[] =>
  grids.map(({ title, rows, columns, values }) => ({
    caption: title,
    columns: [`${rows.name} / ${columns.name}`, ...columns.labels],
    rows: rows.labels.map((label, row) => [
      label,
      ...columns.labels.map((_, column) => values[row * columns.labels.length + column]),
    ]),
  }))

// Attention patterns as cells of a terminal: a row for every position that asks, a column for every source that answers.
// The darker (without colours) or brighter (with them) a cell, the larger the share.

import { type AttentionPattern, looksOnlyBack, titleOf } from '../inspect/pattern.ts'
import { lengthOf } from './lines.ts'
import { type PatternFigure, sidesOf } from './svg.ts'
import { visible } from './visible.ts'

export interface CellOptions {
  /** The most characters of a line. */
  readonly width: number
  /** The terminal shows 256 colours. */
  readonly hasColours: boolean
}

/** From what share on a cell gets the next stronger shade. */
const steps = [0.005, 0.05, 0.15, 0.35, 0.65] as const
const shades = [' ', '·', '░', '▒', '▓', '█']
/** Of the 256 colours of terminals: from night blue over green to yellow, seen on dark and on light grounds alike. */
const colours = [234, 18, 24, 35, 113, 228]

/** Labels are cut after so many characters. */
const longestLabel = 6

/** The patterns of one text as lines: heads side by side as far as they fit, the rest below. */
export function patternLines(figure: PatternFigure, { width, hasColours }: CellOptions): string[] {
  const { patterns } = figure
  const labelled = patterns.map((pattern) => {
    const { asking, answering } = sidesOf(figure, pattern)
    return { pattern, asking: asking.map(labelOf), answering: answering.map(labelOf) }
  })
  const labelWidth = labelled
    .flatMap(({ asking }) => asking.map(lengthOf))
    .reduce((widest, width) => Math.max(widest, width), 1)
  const longest = Math.max(...labelled.map(({ answering }) => answering.length))
  const room = width - labelWidth - 1
  const cell = 2 * longest <= room ? 2 : 1
  const shown = Math.min(longest, Math.floor(room / cell))
  const longestTitle = Math.max(...patterns.map((pattern) => lengthOf(titleOf(pattern))))
  const panelWidth = labelWidth + 1 + Math.max(shown * cell, longestTitle)
  const perRow = Math.max(1, Math.floor((width + gap.length) / (panelWidth + gap.length)))

  const panels = labelled.map((each) => panelLines(each, { shown, cell, labelWidth, hasColours }))
  const lines = ['position asks ↓   source answers →', scale(cell, hasColours)]
  if (shown < longest) lines.push(`Only the last ${shown} of ${longest} positions fit here.`)
  for (let i = 0; i < panels.length; i += perRow) {
    const row = panels.slice(i, i + perRow)
    lines.push('')
    for (let y = 0; y < Math.max(...row.map((panel) => panel.length)); y++) {
      lines.push(
        row
          .map((panel) => {
            const { text, length } = panel[y] ?? { text: '', length: 0 }
            return text + ' '.repeat(Math.max(0, panelWidth - length))
          })
          .join(gap)
          .trimEnd(),
      )
    }
  }
  return lines
}

const labelOf = (token: string): string => [...visible(token)].slice(0, longestLabel).join('')

const gap = '   '

/** A line and how many characters of it can be seen: colours take none. */
interface Line {
  readonly text: string
  readonly length: number
}

interface Placing {
  /** The number of positions that fit: the last ones. */
  readonly shown: number
  readonly cell: number
  readonly labelWidth: number
  readonly hasColours: boolean
}

function panelLines(
  { pattern, ...labels }: { pattern: AttentionPattern; asking: readonly string[]; answering: readonly string[] },
  { shown, cell, labelWidth, hasColours }: Placing,
): Line[] {
  const firstRow = Math.max(0, labels.asking.length - shown)
  const firstColumn = Math.max(0, labels.answering.length - shown)
  const [asking, answering] = [labels.asking.slice(firstRow), labels.answering.slice(firstColumn)]
  const indent = ' '.repeat(labelWidth + 1)
  const title = indent + titleOf(pattern)
  // Labels of columns stand upright, a character a line, ending just above the cells.
  const height = answering.reduce((most, label) => Math.max(most, lengthOf(label)), 0)
  const header = Array.from({ length: height }, (_, y) => {
    const characters = answering.map((label) => [...' '.repeat(height - lengthOf(label)), ...label][y])
    return indent + characters.map((character) => character.padEnd(cell)).join('')
  })
  const isCausal = looksOnlyBack(pattern)
  const rows = asking.map((label, y): Line => {
    const position = firstRow + y
    const start = `${' '.repeat(labelWidth - lengthOf(label))}${label} `
    const cells = answering.map((_, x) => {
      const source = firstColumn + x
      if (isCausal && source > position) return ' '.repeat(cell)
      return shaded(pattern.shares[position * pattern.sources + source], cell, hasColours)
    })
    return { text: start + cells.join(''), length: labelWidth + 1 + answering.length * cell }
  })
  return [...[title, ...header].map((text) => ({ text, length: lengthOf(text) })), ...rows]
}

function shaded(share: number, cell: number, hasColours: boolean): string {
  const level = steps.filter((step) => share >= step).length
  return hasColours ? `\u001b[48;5;${colours[level]}m${' '.repeat(cell)}\u001b[49m` : shades[level].repeat(cell)
}

function scale(cell: number, hasColours: boolean): string {
  const entries = [0, ...steps].map(
    (step) => shaded(step, cell, hasColours) + (step === 0 ? ' 0' : ` ≥ ${100 * step} %`),
  )
  return `share of attention  ${entries.join('  ')}`
}

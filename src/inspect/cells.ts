// Attention patterns as cells of a terminal: a row for every position that asks, a column for every source that answers.
// The darker (without colours) or brighter (with them) a cell, the larger the share.

import { lengthOf } from './lines.ts'
import type { AttentionPattern } from './pattern.ts'
import { visible } from './visible.ts'

export interface CellOptions {
  /** How many characters a line may have. */
  readonly width: number
  /** Whether the terminal shows 256 colours. */
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
export function patternLines(
  { tokens, patterns }: { tokens: readonly string[]; patterns: readonly AttentionPattern[] },
  { width, hasColours }: CellOptions,
): string[] {
  const labels = tokens.map((token) => [...visible(token)].slice(0, longestLabel).join(''))
  const labelWidth = Math.max(1, ...labels.map(lengthOf))
  const room = width - labelWidth - 1
  const cell = 2 * tokens.length <= room ? 2 : 1
  const shown = Math.min(tokens.length, Math.floor(room / cell))
  const from = tokens.length - shown
  const longestTitle = Math.max(...patterns.map((pattern) => lengthOf(titleOf(pattern))))
  const panelWidth = labelWidth + 1 + Math.max(shown * cell, longestTitle)
  const perRow = Math.max(1, Math.floor((width + gap.length) / (panelWidth + gap.length)))

  const panels = patterns.map((pattern) =>
    panelLines(pattern, labels.slice(from), { from, cell, labelWidth, hasColours }),
  )
  const lines = ['position asks ↓   source answers →', scale(cell, hasColours)]
  if (from > 0) lines.push(`Only the last ${shown} of ${tokens.length} positions fit here.`)
  for (let i = 0; i < panels.length; i += perRow) {
    const row = panels.slice(i, i + perRow)
    lines.push('')
    for (let y = 0; y < row[0].length; y++) {
      lines.push(
        row
          .map((panel) => panel[y].text + ' '.repeat(Math.max(0, panelWidth - panel[y].length)))
          .join(gap)
          .trimEnd(),
      )
    }
  }
  return lines
}

const gap = '   '

const titleOf = ({ layer, head }: AttentionPattern): string => `layer ${layer}, head ${head}`

/** A line and how many characters of it can be seen: colours take none. */
interface Line {
  readonly text: string
  readonly length: number
}

interface Placing {
  readonly from: number
  readonly cell: number
  readonly labelWidth: number
  readonly hasColours: boolean
}

function panelLines(
  pattern: AttentionPattern,
  labels: readonly string[],
  { from, cell, labelWidth, hasColours }: Placing,
): Line[] {
  const indent = ' '.repeat(labelWidth + 1)
  const title = indent + titleOf(pattern)
  // Labels of columns stand upright, a character a line, ending just above the cells.
  const height = Math.max(...labels.map(lengthOf))
  const header = Array.from({ length: height }, (_, y) => {
    const characters = labels.map((label) => [...' '.repeat(height - lengthOf(label)), ...label][y])
    return indent + characters.map((character) => character.padEnd(cell)).join('')
  })
  const isCausal = looksOnlyBack(pattern)
  const rows = labels.map((label, y): Line => {
    const position = from + y
    const start = `${' '.repeat(labelWidth - lengthOf(label))}${label} `
    const cells = labels.map((_, x) => {
      const source = from + x
      if (isCausal && source > position) return ' '.repeat(cell)
      return shaded(pattern.shares[position * pattern.sources + source], cell, hasColours)
    })
    return { text: start + cells.join(''), length: labelWidth + 1 + labels.length * cell }
  })
  return [...[title, ...header].map((text) => ({ text, length: lengthOf(text) })), ...rows]
}

/** Whether no position looks at a later one: then those cells are left out rather than drawn as zeros. */
export function looksOnlyBack({ positions, sources, shares }: AttentionPattern): boolean {
  for (let position = 0; position < positions; position++) {
    for (let source = position + 1; source < sources; source++)
      if (shares[position * sources + source] !== 0) return false
  }
  return true
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

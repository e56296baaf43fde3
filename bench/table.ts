// The table that the bench prints: a block for everything that was measured, Cutaway's figure and below it those to
// compare it with.

export interface Block {
  readonly title: string
  readonly unit: string
  /** Whether more is better: a rate, and not a time. */
  readonly isRate: boolean
  /** Cutaway's line first. In place of a line it can be said why there is none. */
  readonly lines: readonly (Line | string)[]
}

export interface Line {
  readonly name: string
  /** Every time that it was measured, in the block's unit. */
  readonly values: readonly number[]
  /** What else came of it. */
  readonly remark?: string
}

const nameWidth = 48
const numberWidth = 10

export const heading = row('', ['median', 'best', 'Cutaway'])

/** The last column says how many times as fast (or as small) Cutaway is as the one in that line, by the medians. */
export function blockText({ title, unit, isRate, lines }: Block): string {
  const [ours] = lines
  const middleOfOurs = typeof ours === 'string' ? Number.NaN : median(ours.values)
  const lineText = (line: Line): string => {
    const middle = median(line.values)
    const best = isRate ? Math.max(...line.values) : Math.min(...line.values)
    const ratio = isRate ? middleOfOurs / middle : middle / middleOfOurs
    const isCompared = line !== ours && !Number.isNaN(ratio)
    const text = row(line.name, [figure(middle), figure(best), isCompared ? `${ratio.toFixed(2)}×` : ''])
    return (line.remark === undefined ? text : `${text}   ${line.remark}`).trimEnd()
  }
  const texts = lines.map((line) => (typeof line === 'string' ? indented(line) : lineText(line)))
  // Several peers can be missing for one reason.
  return [`${title}, ${unit}`, ...new Set(texts)].join('\n')
}

function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(nameWidth)}${cells.map((cell) => cell.padStart(numberWidth)).join('')}`
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ')
}

/** Three digits that mean something. */
function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

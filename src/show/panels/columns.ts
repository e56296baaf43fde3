// Columns of a table in lines: as many side by side as fit, the others in further blocks below, with the first column again.

import { lengthOf, wrapped } from '../lines.ts'
import { cut } from '../visible.ts'

export interface TextColumn {
  readonly name: string
  readonly align: 'left' | 'right'
  /** A text for each row. */
  readonly cells: readonly string[]
}

/** A label is cut after so many characters; where the line is short, after fewer. */
export const labelLimit = (width: number): number => Math.max(8, Math.min(40, Math.floor(width / 2)))

const gap = '  '

/** A table as lines of at most `width` characters, two spaces between columns. Texts that are longer than all the room go on below. */
export function columnLines(columns: readonly TextColumn[], width: number): string[] {
  let first = 0
  const set = columns.map(({ name, align, cells }, i) => {
    const most = i === 0 ? labelLimit(width) : Math.max(8, width - first - gap.length)
    const whole = [name, ...cells]
    const wide = whole.reduce((so, text) => Math.max(so, Math.min(most, lengthOf(text))), 0)
    if (i === 0) first = wide
    const fitted = (text: string): string => {
      const shown = cut(text, most)
      const room = ' '.repeat(wide - lengthOf(shown))
      return align === 'left' ? shown + room : room + shown
    }
    // A column as wide as all the room stands alone, so that its texts may take several lines.
    const isBroken = i > 0 && align === 'left' && whole.some((text) => lengthOf(text) > most)
    return { wide, cells: whole.map((text) => (isBroken ? wrapped(text, most) : [text]).map(fitted)) }
  })
  if (set.length === 0) return []
  const [names, ...others] = set
  const blocks = columnBlocks(
    others.map(({ wide }) => wide + gap.length),
    width - first,
  )
  return blocks.flatMap(([from, to], i) => [
    ...(i > 0 ? [''] : []),
    ...names.cells.flatMap(([label], row) => {
      const own = others.slice(from, to).map(({ cells }) => cells[row])
      const count = Math.max(1, ...own.map((lines) => lines.length))
      return Array.from({ length: count }, (_, line) =>
        [line === 0 ? label : ' '.repeat(first), ...own.map((lines) => lines[line] ?? '')].join(gap).trimEnd(),
      )
    }),
  ])
}

/** The columns that stand side by side, as (from, to): as many as fit, at least one. */
export function columnBlocks(widths: readonly number[], room: number): readonly (readonly [number, number])[] {
  const blocks: [number, number][] = []
  let from = 0
  let used = 0
  for (const [i, wide] of widths.entries()) {
    if (i > from && used + wide > room) {
      blocks.push([from, i])
      from = i
      used = 0
    }
    used += wide
  }
  return [...blocks, [from, widths.length]]
}

// Columns of a table in lines: as many side by side as fit, the others in further blocks below, with the first column again.

import { lengthOf } from '../lines.ts'
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

/** A table as lines of at most `width` characters, two spaces between columns. */
export function columnLines(columns: readonly TextColumn[], width: number): string[] {
  let first = 0
  const set = columns.map(({ name, align, cells }, i) => {
    const most = i === 0 ? labelLimit(width) : Math.max(8, width - first - gap.length)
    const texts = [name, ...cells].map((text) => cut(text, most))
    const wide = texts.reduce((so, text) => Math.max(so, lengthOf(text)), 0)
    if (i === 0) first = wide
    return texts.map((text) => {
      const room = ' '.repeat(wide - lengthOf(text))
      return align === 'left' ? text + room : room + text
    })
  })
  if (set.length === 0) return []
  const [names, ...others] = set
  const blocks = columnBlocks(
    others.map(([head]) => lengthOf(head) + gap.length),
    width - first,
  )
  return blocks.flatMap(([from, to], i) => [
    ...(i > 0 ? [''] : []),
    ...names.map((label, row) => [label, ...others.slice(from, to).map((column) => column[row])].join(gap).trimEnd()),
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

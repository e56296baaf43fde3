// Setting text in lines: tables and paragraphs for a reader with a fixed width.

/** The place that lines are made for. */
export interface LineOptions {
  /** The most characters of a line. */
  readonly width: number
  /** The terminal shows 256 colours. */
  readonly hasColours: boolean
}

/** Rows of a table with its columns under one another, two spaces apart. */
export function tableLines(rows: readonly (readonly string[])[], sides: readonly ('left' | 'right')[]): string[] {
  const widths = sides.map((_, i) => rows.reduce((widest, row) => Math.max(widest, lengthOf(row[i])), 0))
  return rows.map((row) => {
    const cells = row.map((cell, i) => {
      const room = ' '.repeat(widths[i] - lengthOf(cell))
      return sides[i] === 'left' ? cell + room : room + cell
    })
    return cells.join('  ').trimEnd()
  })
}

/** A paragraph cut between words into lines of at most `width` characters; those after the first begin with `indent`. */
export function wrapped(text: string, width: number, indent = ''): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/(?<=\S) /)) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && lengthOf(longer) > width) {
      lines.push(line)
      line = indent + word
    } else line = longer
  }
  return [...lines, line]
}

/** The number of characters that a reader sees: marks that sit on others do not count. */
export function lengthOf(text: string): number {
  return [...text.normalize('NFC')].length
}

// Setting text in lines: tables and paragraphs for a reader with a fixed width.

/** Rows of a table with its columns under one another, two spaces apart. */
export function table(rows: readonly (readonly string[])[], sides: readonly ('left' | 'right')[]): string[] {
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

/** How many characters a reader sees: marks that sit on others do not count. */
export function lengthOf(text: string): number {
  return [...text.normalize('NFC')].length
}

/** `808,320` */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** `12.4 %`; what is there but rounds to nothing is `< 0.1 %`. */
export function percent(share: number): string {
  return share > 0 && share < 0.0005 ? '< 0.1 %' : `${(100 * share).toFixed(1)} %`
}

/** `25.2 MFLOP`: how many additions and multiplications. */
export function flopsText(flops: number): string {
  const [size, unit] = [
    ['G', 1e9],
    ['M', 1e6],
    ['k', 1e3],
  ].find(([, each]) => flops >= Number(each)) ?? ['', 1]
  const number = flops / Number(unit)
  return `${number >= 100 ? number.toFixed(0) : number >= 10 ? number.toFixed(1) : number.toFixed(2)} ${size}FLOP`
}

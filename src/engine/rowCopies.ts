// Rows that change places within the same memory: an order of copies in which none is overwritten before it has been read.

/** A copy from one row to another; `spare` is a row that stands for none. */
export interface RowCopy {
  readonly from: number
  readonly to: number
}

export const spare = -1

/** The copies that make every row what row `rows[row]` was: as few as possible, and rows that stay cost none. */
export function rowCopies(rows: ArrayLike<number>): RowCopy[] {
  const copies: RowCopy[] = []
  const readers = new Int32Array(rows.length)
  for (let row = 0; row < rows.length; row++) if (rows[row] !== row) readers[rows[row]]++
  const isOpen = Array.from(readers, (_, row) => rows[row] !== row)
  const fill = (row: number, from: number): void => {
    copies.push({ from, to: row })
    isOpen[row] = false
  }
  // A row that nobody reads any more may be overwritten; then the one it comes from has one reader fewer.
  for (let first = 0; first < rows.length; first++)
    for (let row = first; isOpen[row] && readers[row] === 0; row = rows[row]) {
      fill(row, rows[row])
      readers[rows[row]]--
    }
  // What is left goes round in circles.
  for (let first = 0; first < rows.length; first++) {
    if (!isOpen[first]) continue
    copies.push({ from: first, to: spare })
    let row = first
    while (rows[row] !== first) {
      fill(row, rows[row])
      row = rows[row]
    }
    fill(row, spare)
  }
  return copies
}

// Where everything of a lattice stands, in CSS pixels: rows from the last block down to the text, a column for each token as wide as its longest word,
// and the ways of arcs between rows.

export const rowHeight = 30
export const rowGap = 26
/** Room for the names of rows. */
export const nameWidth = 64
const leastWidth = 26
const perLetter = 8
const margin = 10
/** The longest word that is shown whole. */
const longest = 12

export interface LatticeColumn {
  readonly place: number
  readonly left: number
  readonly width: number
  readonly middle: number
}

export interface HalfPlaces {
  readonly left: number
  readonly top: number
  readonly right: number
  /** Below the row of the text. */
  readonly bottom: number
  readonly columns: readonly LatticeColumn[]
}

/** A word as it is shown: of a long one the middle is left out, and it is there to be heard and pointed at. */
export function shortWord(word: string): string {
  const letters = [...word]
  return letters.length <= longest ? word : `${letters.slice(0, 7).join('')}…${letters.slice(-4).join('')}`
}

/**
 * The places of one half.
 *
 * - `words`: of each column, all that stands in it; `first`: the place of the first column in the text; `rows`: without that of the text
 */
export function halfPlaces(
  words: readonly (readonly string[])[],
  {
    first,
    rows,
    left,
    top,
  }: { readonly first: number; readonly rows: number; readonly left: number; readonly top: number },
): HalfPlaces {
  let next = left + nameWidth
  const columns = words.map((own, i): LatticeColumn => {
    const letters = Math.max(...own.map((word) => [...shortWord(word)].length))
    const width = Math.max(leastWidth, perLetter * letters + margin)
    const column = { place: first + i, left: next, width: width - 1, middle: next + width / 2 }
    next += width
    return column
  })
  return { left, top, right: next, bottom: topOf(top, rows) + rowHeight, columns }
}

/** The top of a row; that of the text comes after the rows. */
export const topOf = (top: number, row: number): number => top + row * (rowHeight + rowGap)

export const columnAt = ({ columns }: HalfPlaces, place: number): LatticeColumn | undefined =>
  columns.find((column) => column.place === place)

/** An arc of attention in a row: from a source in the row below up to a position. */
export function arcPath(
  half: HalfPlaces,
  { row, source, position }: { row: number; source: number; position: number },
): string | undefined {
  const [from, to] = [columnAt(half, source)?.middle, columnAt(half, position)?.middle]
  if (from === undefined || to === undefined) return undefined
  const [bottom, top] = [topOf(half.top, row + 1) - 1, topOf(half.top, row) + rowHeight + 1]
  return source === position
    ? `M ${from} ${bottom} C ${from - 9} ${bottom - 8}, ${to - 9} ${top + 8}, ${to} ${top}`
    : `M ${from} ${bottom} C ${from} ${bottom - rowGap}, ${to} ${top + rowGap}, ${to} ${top}`
}

/** An arc across: from the last row of the encoder over its top, down between the halves, and along below a row of the decoder. */
export function crossPath(
  encoder: HalfPlaces,
  decoder: HalfPlaces,
  { row, source, position }: { row: number; source: number; position: number },
): string | undefined {
  const [from, to] = [columnAt(encoder, source)?.middle, columnAt(decoder, position)?.middle]
  if (from === undefined || to === undefined) return undefined
  const [up, above] = [encoder.top - 1, encoder.top - rowGap + 6]
  const between = encoder.right + 8
  const below = topOf(decoder.top, row) + rowHeight
  const along = below + rowGap / 2
  return [
    `M ${from} ${up} C ${from} ${above}, ${from} ${above}, ${Math.min(from + 16, between)} ${above}`,
    `L ${between - 8} ${above} Q ${between} ${above}, ${between} ${above + 8}`,
    `L ${between} ${along - 8} Q ${between} ${along}, ${between + 8} ${along}`,
    `L ${Math.max(between + 8, to - 12)} ${along} Q ${to} ${along}, ${to} ${below + 1}`,
  ].join(' ')
}

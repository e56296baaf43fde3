// Packing: several short texts share one row of positions, so that next to nothing is computed for padding.
//
//   row   [CLS] a cat [SEP] [CLS] it rains [SEP] [CLS] yes [SEP] · ·
//   place   0   1  2   3      0   1   2     3      0    1    2   0 0
//
// Each position looks only at those of its own text (`first` … `last`), and counts its place from that text's beginning: no
// text notices its neighbours. Longest first, each into the first row that has room (Johnson 1973, "first fit decreasing").

/** The texts that share a row: their numbers, and where each begins. */
export interface PackedRow {
  readonly length: number
  readonly texts: readonly { readonly text: number; readonly begin: number; readonly end: number }[]
}

/**
 * Puts texts into rows.
 *
 * - `lengths`: the number of tokens of each text
 * - `room`: the number of positions of a row; no text may be longer
 * - `most`: the most texts that share a row
 */
export function packRows(lengths: readonly number[], { room, most }: { room: number; most: number }): PackedRow[] {
  const longestFirst = lengths.map((_, text) => text).sort((a, b) => lengths[b] - lengths[a] || a - b)
  const rows: { length: number; texts: { text: number; begin: number; end: number }[] }[] = []
  /** All rows before this one are as good as full. */
  let open = 0
  const shortest = lengths.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY)
  for (const text of longestFirst) {
    const length = lengths[text]
    if (length > room)
      throw new Error(`packing: text ${text} has ${length} tokens, but a row has room for ${room}. Cut it.`)
    let at = open
    while (at < rows.length && (rows[at].length + length > room || rows[at].texts.length === most)) at++
    if (at === rows.length) rows.push({ length: 0, texts: [] })
    const row = rows[at]
    row.texts.push({ text, begin: row.length, end: row.length + length })
    row.length += length
    while (open < rows.length && (rows[open].length + shortest > room || rows[open].texts.length === most)) open++
  }
  return rows
}

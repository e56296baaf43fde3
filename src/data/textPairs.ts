// Pairs of texts out of files: a table with two columns, or two files whose lines belong together.

import { linesOf } from '../text/lines.ts'
import { type Split, split } from './split.ts'
import { tableRows } from './table.ts'

export interface TextPair {
  readonly source: string
  readonly target: string
}

export interface TextPairs {
  readonly pairs: readonly TextPair[]
  /** The number of lines that were left out, because one side is empty. */
  readonly skipped: number
}

/** Splits pairs: those of one source land on the same side. */
export const splitPairs = (pairs: readonly TextPair[]): Split<TextPair> => split(pairs, { by: ({ source }) => source })

/**
 * Pairs out of a table (table.ts).
 *
 * - `place`: the file, for messages
 * - `source`, `target`: the names of the columns; otherwise those that are usual, or the first two columns
 *
 * Throws for a line without one of them, and when there is no pair.
 */
export function parsePairs(
  text: string,
  place: string,
  { source, target }: { readonly source?: string; readonly target?: string } = {},
): TextPairs {
  const rows = tableRows(text, place, [
    { role: 'source', name: source, usual: ['source', 'src', 'input', 'prompt', 'question'], at: 0 },
    { role: 'target', name: target, usual: ['target', 'tgt', 'output', 'completion', 'answer'], at: 1 },
  ])
  return withoutEmpty(
    rows.map(({ cells: [source = '', target = ''] }) => ({ source, target })),
    place,
  )
}

/** Pairs of the lines of two texts. Throws when one has more lines than the other. */
export function pairLines(
  source: { readonly text: string; readonly place: string },
  target: { readonly text: string; readonly place: string },
): TextPairs {
  const [sources, targets] = [linesOf(source.text), linesOf(target.text)]
  if (sources.length !== targets.length) {
    throw new Error(
      `pairs: ${source.place} has ${sources.length} lines, but ${target.place} has ${targets.length}, so they do not belong ` +
        'together line by line. Give two files of equal length.',
    )
  }
  return withoutEmpty(
    sources.map((line, i) => ({ source: line, target: targets[i] })),
    source.place,
  )
}

function withoutEmpty(all: readonly TextPair[], place: string): TextPairs {
  const pairs = all.filter(({ source, target }) => source.trim() !== '' && target.trim() !== '')
  if (pairs.length === 0) throw new Error(`${place}: there is no pair in it. Give a file with one pair a line.`)
  return { pairs, skipped: all.length - pairs.length }
}

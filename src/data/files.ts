// Reading pairs and labelled texts from the disk. This needs Node; a page has the text and calls what these call.

import { readText } from '../text/files.ts'
import { type LabelledOptions, type LabelledTexts, parseLabelled } from './labelledTexts.ts'
import { pairLines, parsePairs, type TextPairs } from './textPairs.ts'

/**
 * Reads pairs.
 *
 * - `files`: one table of pairs (tab-separated or JSONL), or the file of the sources and that of the targets, line by line.
 *   A name that ends in `.gz` is unpacked.
 * - `columns`: the names of a table's columns, where they are not the usual ones
 */
export async function readPairs(
  files: readonly string[],
  columns: { readonly source?: string; readonly target?: string } = {},
): Promise<TextPairs> {
  if (files.length < 1 || files.length > 2) {
    throw new Error(
      `pairs: ${files.length} files were named. Give one file of pairs, or two: the sources and the targets, line by line.`,
    )
  }
  const [first, second] = await Promise.all(files.map(async (place) => ({ place, text: await readText(place) })))
  return second === undefined ? parsePairs(first.text, first.place, columns) : pairLines(first, second)
}

/** Reads labelled texts, tab-separated or JSONL; a name that ends in `.gz` is unpacked. */
export async function readLabelled(file: string, options: LabelledOptions = {}): Promise<LabelledTexts> {
  return parseLabelled(await readText(file), file, options)
}

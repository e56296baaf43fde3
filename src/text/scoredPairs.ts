// Sets of word pairs with scores of people: WordSim-353, SimLex-999, MEN, RG-65, and whatever is written like them.
//
//   tiger	cat	7.35        a pair a line: two words and a number, after tabs, commas, or spaces

import { linesOf } from './lines.ts'

/** Two words, and how alike people call them. */
export interface WordPair {
  readonly words: readonly [string, string]
  readonly score: number
}

/**
 * The pairs of a text. Lines that begin with `#` are no pairs, nor is a first line that names the columns.
 *
 * Throws, with the line, for one that has not two words and a number.
 */
export function scoredPairs(text: string, place: string): WordPair[] {
  const pairs: WordPair[] = []
  let isFirst = true
  for (const [at, line] of linesOf(text).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const fields = fieldsOf(line)
    const [a, b, score] = fields
    const value = score === undefined || score === '' ? Number.NaN : Number(score)
    const isHead = isFirst && fields.length >= 3 && Number.isNaN(value)
    isFirst = false
    if (isHead) continue
    if (a === undefined || a === '' || b === undefined || b === '' || !Number.isFinite(value))
      throw new Error(
        `${place}, line ${at + 1}: "${line.slice(0, 60)}" is not two words and a number. Write them one after the other, with tabs between.`,
      )
    pairs.push({ words: [a, b], score: value })
  }
  if (pairs.length === 0)
    throw new Error(`${place}: there are no pairs in it. Name a file with two words and a number a line.`)
  return pairs
}

function fieldsOf(line: string): string[] {
  const separator = line.includes('\t') ? '\t' : line.includes(',') ? ',' : line.includes(';') ? ';' : /\s+/
  return line
    .trim()
    .split(separator)
    .map((field) => field.trim())
}

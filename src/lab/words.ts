// Words that are long enough to tell a language from letters that happen to stand beside one another.

import type { LabText } from './labText.ts'

/** The words of three letters and more. */
export const longWords = (text: string): string[] => text.match(/\p{Letter}{3,}/gu) ?? []

const known = new WeakMap<LabText, ReadonlySet<string>>()

/** Those of a text's part that is learnt from. */
export function knownWords(text: LabText): ReadonlySet<string> {
  const words = known.get(text) ?? new Set(longWords(text.tokenizer.decode(Array.from(text.training))))
  known.set(text, words)
  return words
}

/** The share of these words that are known; 0 of none. */
export const shareOf = (known: ReadonlySet<string>, words: readonly string[]): number =>
  words.filter((word) => known.has(word)).length / Math.max(1, words.length)

// The words of a training text, and how often each stands in it: all that learning a vocabulary needs to know.

import { checkIsWellFormed } from '../wellFormed.ts'
import { tokenCutter } from './addedTokens.ts'

/**
 * Counts words, in the order in which they first come.
 *
 * - `special`: tokens that are no words; nothing is learnt from them
 * - `cut`: cuts a text into words
 */
export function countWords(
  texts: string | Iterable<string>,
  { special, cut }: { special: readonly string[]; cut: (text: string) => readonly string[] },
): Map<string, number> {
  const counts = new Map<string, number>()
  const cutTokens = tokenCutter(special.map((content, id) => ({ id, content })))
  for (const text of typeof texts === 'string' ? [texts] : texts) {
    checkIsWellFormed(text)
    for (const part of cutTokens(text)) {
      if (typeof part === 'number') continue
      for (const word of cut(part)) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  }
  if (counts.size === 0) {
    throw new Error('tokenizer: the text to learn from has no words. Give a text that has some.')
  }
  return counts
}

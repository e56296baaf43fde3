// The words of a text as one row of ids, for models that only ask which words stand near each other.
//
// Words that the vocabulary lacks are left out, and those around them move together: word2vec does so with rare words. What no
// window of words may reach across, the end of a paragraph, is one id of −1.

import type { Tokenizer } from '../text/tokenizer.ts'

/** Ids of words, and −1 between paragraphs. */
export type WordStream = Int32Array

const paragraphEnd = -1

/** The words of a text; special tokens, and the one for unknown words, are none. Paragraphs end at empty lines. */
export function wordStream(text: string, tokenizer: Tokenizer): WordStream {
  const parts: Int32Array[] = []
  let length = 0
  for (const paragraph of text.split(/\n\s*\n/)) {
    const ids = tokenizer.encode(paragraph).filter((id) => !tokenizer.isSpecial(id))
    if (ids.length === 0) continue
    parts.push(ids)
    length += ids.length + 1
  }
  const stream = new Int32Array(length).fill(paragraphEnd)
  let at = 0
  for (const part of parts) {
    stream.set(part, at)
    at += part.length + 1
  }
  return stream
}

/** The number of times that each word stands there. */
export function wordCounts(stream: WordStream, vocab: number): Int32Array {
  const counts = new Int32Array(vocab)
  for (const id of stream) if (id >= 0) counts[id]++
  return counts
}

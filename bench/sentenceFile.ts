// The sentences that are embedded: the lines of a file.

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export const sentenceCount = 1000
export const sentencesInBatch = 32

/** The first thousand lines of a text, which may be packed by gzip. */
export function readSentences(file: string): string[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  return text.split('\n').filter(Boolean).slice(0, sentenceCount)
}

export const byLength = (sentences: readonly string[]): string[] => sentences.toSorted((a, b) => a.length - b.length)

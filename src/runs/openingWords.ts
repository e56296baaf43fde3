// The first words of what a run learns from: whoever opens its model later, without that, begins with them and not with words that nobody
// knows whether it can read.

import type { Source } from './source.ts'

/** The most characters that are kept. */
const most = 72

/** The words, shortened: of a text its first line, of a table its first example; undefined of pictures alone, and of a task, which makes more. */
export function openingWords(source: Exclude<Source, { kind: 'task' }>): string | undefined {
  const words = wordsOf(source)?.trim() ?? ''
  return words === '' ? undefined : [...words].slice(0, most).join('').trimEnd()
}

function wordsOf(source: Exclude<Source, { kind: 'task' }>): string | undefined {
  switch (source.kind) {
    case 'text':
      return source.text
        .slice(0, 10_000)
        .split('\n')
        .find((line) => line.trim() !== '')
    case 'pairs':
      return source.pairs[0]?.source
    case 'labelled':
      return source.texts[0]?.text
    case 'drawings':
      return source.drawings[0]?.words
    case 'recordings':
      return source.recordings[0]?.words
    case 'pictures':
      return undefined
  }
}

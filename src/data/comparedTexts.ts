// Two texts a line, to be compared: text⇥second text, or {"text": …, "second": …}.

import { tableRows } from './table.ts'

export interface ComparedTexts {
  readonly text: string
  readonly second: string
}

/** Pairs of texts out of a table (table.ts); `place` is the file, for messages. Throws for a line without one of them. */
export function parsePairsOfTexts(content: string, place: string): ComparedTexts[] {
  const columns = [
    { role: 'text', usual: ['text', 'sentence', 'sentence1', 'premise', 'question1', 'query'], at: 0 },
    {
      role: 'second text',
      usual: ['second', 'text_pair', 'sentence2', 'hypothesis', 'question2', 'passage', 'document'],
      at: 1,
    },
  ]
  return tableRows(content, place, columns).map(({ line, cells: [text = '', second = ''] }) => {
    if (text.trim() === '' || second.trim() === '')
      throw new Error(`${place}, line ${line}: one of the two texts is empty. Write it, or leave out the line.`)
    return { text, second }
  })
}

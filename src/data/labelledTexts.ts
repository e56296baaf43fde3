// Labelled texts out of files: label⇥text, or {"text": …, "label": …}; with a second text where two are to be compared.

import { type Split, split } from './split.ts'
import { tableRows } from './table.ts'

export interface LabelledText {
  readonly text: string
  /** The text that it is compared with, if there is one. */
  readonly second?: string
  readonly label: string
}

export interface LabelledTexts {
  readonly texts: readonly LabelledText[]
  /** The labels that occur, in the order of their classes: numbers by value, names by their code points. */
  readonly labels: readonly string[]
  /** The number of lines that were left out, because their text is empty. */
  readonly skipped: number
}

/** Splits labelled texts: the same text lands on the same side, whatever its label is. */
export const splitLabelled = (texts: readonly LabelledText[]): Split<LabelledText> =>
  split(texts, { by: ({ text, second = '' }) => `${text}\t${second}` })

/** The text of an example, or both with a tab between them. */
export const bothTexts = ({ text, second }: LabelledText): string =>
  second === undefined ? text : `${text}\t${second}`

export interface LabelledOptions {
  /** The names of the columns; otherwise those that are usual. In a tab-separated file without names the label comes first. */
  readonly text?: string
  readonly second?: string
  readonly label?: string
  /** The least number of different labels; 2 if not given, since there is nothing to learn from one. */
  readonly leastLabels?: number
}

/**
 * Labelled texts out of a table (table.ts); `place` is the file, for messages.
 *
 * Throws for a line without text or label, when only some lines have a second text, and when there are too few labels.
 */
export function parseLabelled(
  content: string,
  place: string,
  { text, second, label, leastLabels = 2 }: LabelledOptions = {},
): LabelledTexts {
  const rows = tableRows(content, place, [
    { role: 'label', name: label, usual: ['label', 'labels', 'class', 'category'], at: 0 },
    { role: 'text', name: text, usual: ['text', 'sentence', 'sentence1', 'premise', 'question1'], at: 1 },
    {
      role: 'second text',
      name: second,
      usual: ['second', 'sentence2', 'hypothesis', 'question2'],
      at: 2,
      isOptional: second === undefined,
    },
  ])
  const hasSecond = rows[0]?.cells[2] !== undefined
  const texts = rows.flatMap(({ line, cells: [label = '', text = '', second] }): LabelledText[] => {
    if (hasSecond !== (second !== undefined)) {
      throw new Error(
        `${place}, line ${line}: there is ${hasSecond ? 'no second text' : 'a second text'}, but in the lines before there is ` +
          `${hasSecond ? 'one' : 'none'}. Give every line two texts, or one.`,
      )
    }
    if (label.trim() === '') throw new Error(`${place}, line ${line}: the label is empty. Write one before the tab.`)
    if (text.trim() === '' || second?.trim() === '') return []
    return [{ text, label: label.trim(), ...(second !== undefined && { second }) }]
  })
  const labels = inOrder([...new Set(texts.map(({ label }) => label))])
  if (labels.length === 0) throw new Error(`${place}: there is no text in it. Give a label and a text in every line.`)
  if (labels.length < leastLabels)
    throw new Error(
      `${place}: every text has the label "${labels[0]}", so there is nothing to tell apart. Give texts with at least two labels.`,
    )
  return { texts, labels, skipped: rows.length - texts.length }
}

function inOrder(labels: readonly string[]): string[] {
  const areNumbers = labels.every((label) => Number.isFinite(Number(label)))
  return labels.toSorted((a, b) => (areNumbers ? Number(a) - Number(b) : a < b ? -1 : 1))
}

// What a run learns from: a text, pairs of texts, labelled texts, or a task whose questions are made on the spot.
//
//   decoder, llama, encoder     a text: files and folders         or a task (a decoder's only)
//   encoder-decoder             pairs: one table, or two files     or a task
//   classifier                  labelled texts: one table

import { readLabelled, readPairs } from '../data/files.ts'
import type { LabelledTexts } from '../data/labelledTexts.ts'
import type { Task } from '../data/tasks/task.ts'
import { taskNamed } from '../data/tasks/tasks.ts'
import type { TextPairs } from '../data/textPairs.ts'
import { type FileText, readTexts } from '../text/files.ts'
import { type Columns, checkColumns, checkLabelledColumns, checkPairColumns } from './columns.ts'
import { recordText, type SourceRecord } from './disk/runFolder.ts'

/** What a run trains. */
export const runKinds = ['decoder', 'llama', 'encoder', 'encoder-decoder', 'classifier'] as const

export type RunKind = (typeof runKinds)[number]

export type Source =
  | ({ readonly kind: 'text' } & FileText)
  | ({ readonly kind: 'pairs' } & TextPairs)
  | ({ readonly kind: 'labelled' } & LabelledTexts)
  | { readonly kind: 'task'; readonly task: Task }

/** Where to read it. */
export interface SourceNames {
  readonly paths: readonly string[]
  readonly task?: string | undefined
  readonly columns?: Columns | undefined
}

/** Reads what a run of a kind learns from, and what is to be remembered of it. */
export async function readSource(
  as: RunKind,
  names: SourceNames,
): Promise<{ readonly source: Source; readonly record: SourceRecord }> {
  const { paths, task: taskName, columns } = names
  if (taskName !== undefined) {
    if (paths.length > 0)
      throw new Error(`--task makes its questions itself, but "${paths[0]}" was named too. Give one of them.`)
    checkColumns(columns, [], '--task has no table')
    const task = taskNamed(taskName)
    if (as !== 'decoder' && as !== 'llama' && as !== 'encoder-decoder')
      throw new Error(
        `--task is for --as decoder, llama or encoder-decoder, but --as is ${as}. Choose one of them, or name a file.`,
      )
    return { source: { kind: 'task', task }, record: { ...recordText(taskName, []), task: taskName } }
  }
  if (as === 'encoder-decoder') {
    checkPairColumns(columns, paths)
    const read = await readPairs(paths, columns)
    const whole = read.pairs.map(({ source, target }) => `${source}\t${target}\n`).join('')
    return { source: { kind: 'pairs', ...read }, record: withColumns(recordText(whole, paths), columns) }
  }
  if (as === 'classifier') {
    if (paths.length !== 1)
      throw new Error(
        `train --as classifier reads one file, a label and a text in every line, but ${paths.length} were named. Put all lines in one.`,
      )
    checkLabelledColumns(columns)
    const { source: text, label } = columns ?? {}
    const read = await readLabelled(paths[0], {
      ...(text !== undefined && { text }),
      ...(label !== undefined && { label }),
    })
    const whole = read.texts.map(({ label, text, second }) => [label, text, second].join('\t')).join('\n')
    return { source: { kind: 'labelled', ...read }, record: withColumns(recordText(whole, paths), columns) }
  }
  checkColumns(columns, [], `--as ${as} reads plain text`)
  const read = await readTexts(paths)
  return { source: { kind: 'text', ...read }, record: recordText(read.text, read.files) }
}

function withColumns(record: SourceRecord, columns: SourceNames['columns']): SourceRecord {
  return columns && Object.keys(columns).length > 0 ? { ...record, columns } : record
}

/** All of its text, to make a vocabulary of. */
export function textOfSource(source: Exclude<Source, { kind: 'task' }>): Iterable<string> {
  if (source.kind === 'text') return [source.text]
  if (source.kind === 'pairs') return source.pairs.flatMap(({ source, target }) => [source, target])
  return source.texts.flatMap(({ text, second }) => (second === undefined ? [text] : [text, second]))
}

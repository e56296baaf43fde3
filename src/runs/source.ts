// The source that a run learns from: a text, pairs of texts, labelled texts, or a task whose questions are made on the spot.
//
//   decoder, llama, encoder     a text: files and folders         or a task (a decoder's only)
//   encoder-decoder             pairs: one table, or two files     or a task
//   classifier                  labelled texts: one table
//   word2vec                    a text: files and folders
//
// Files are read by disk/readSource.ts; a page has its texts already, and parses tables with what that calls.

import type { RunKind } from '../checkpoint/newConfig.ts'
import type { LabelledTexts } from '../data/labelledTexts.ts'
import type { Task } from '../data/tasks/task.ts'
import type { TextPairs } from '../data/textPairs.ts'
import type { FileText } from '../text/files.ts'
import type { Choices } from './choices.ts'
import { checkColumns, checkLabelledColumns, checkPairColumns } from './columns.ts'
import { setting, settingError, told } from './settingError.ts'

export type Source =
  | ({ readonly kind: 'text' } & FileText)
  | ({ readonly kind: 'pairs' } & TextPairs)
  | ({ readonly kind: 'labelled' } & LabelledTexts)
  | { readonly kind: 'task'; readonly task: Task }

/** A source of one kind. */
export type SourceOf<K extends Source['kind']> = Extract<Source, { kind: K }>

/** The choices that name a source. */
export type SourceChoices = Pick<Choices, 'task' | 'files' | 'columns'>

const learntFrom: { readonly [K in RunKind]: readonly Source['kind'][] } = {
  decoder: ['text', 'task'],
  llama: ['text', 'task'],
  encoder: ['text'],
  'encoder-decoder': ['pairs', 'task'],
  classifier: ['labelled'],
  word2vec: ['text'],
}

/** Throws for a source that a run of a kind does not learn from. */
export function checkLearnsFrom(as: RunKind, { kind }: Source): void {
  if (learntFrom[as].includes(kind)) return
  throw new Error(
    `source: ${kind} was given, but a run of kind ${as} learns from ${learntFrom[as].join(' or ')}. Give that.`,
  )
}

/** Throws for choices that name a source which a run of a kind does not learn from. */
export function checkSourceChoices(as: RunKind, { task, files, columns }: SourceChoices): void {
  if (task !== undefined) checkTask(as, files, columns)
  else if (as === 'encoder-decoder') checkPairColumns(columns, files)
  else if (as === 'classifier') {
    if (files !== undefined && files.length !== 1)
      throw settingError`train ${setting('as')} classifier reads one file, a label and a text in every line, but ${files.length} were named. Put all lines in one.`
    checkLabelledColumns(columns)
  } else checkTextColumns(as, columns)
}

const checkTextColumns = (as: RunKind, columns: Choices['columns']): void =>
  checkColumns(columns, [], told`${setting('as')} ${as} reads plain text`)

function checkTask(as: RunKind, files: Choices['files'], columns: Choices['columns']): void {
  if (files && files.length > 0)
    throw settingError`${setting('task')} makes its questions itself, but "${files[0]}" was named too. Give one of them.`
  checkColumns(columns, [], told`${setting('task')} has no table`)
  if (as === 'encoder' || as === 'classifier' || as === 'word2vec')
    throw settingError`${setting('task')} is for ${setting('as')} decoder, llama or encoder-decoder, but ${setting('as')} is ${as}. Choose one of them, or name a file.`
}

/** All of its text, to make a vocabulary of. */
export function textOfSource(source: Exclude<Source, { kind: 'task' }>): Iterable<string> {
  if (source.kind === 'text') return [source.text]
  if (source.kind === 'pairs') return source.pairs.flatMap(({ source, target }) => [source, target])
  return source.texts.flatMap(({ text, second }) => (second === undefined ? [text] : [text, second]))
}

// The source that a run learns from: a text, pairs of texts, labelled texts or pictures, pictures or recordings with words, or a task whose
// questions are made on the spot.
//
//   decoder, llama, encoder     a text: files and folders         or a task (a decoder's only)
//   encoder-decoder             pairs: one table, or two files     or drawings: a folder of pictures with words, or recordings: a folder
//                               of them with words, or a task
//   listener                    recordings
//   classifier                  labelled texts: one table
//   picture-classifier          labelled pictures: a folder of folders  or known data
//   clip                        drawings: a folder of pictures with words
//   word2vec                    a text: files and folders
//
// Files are read by disk/readSource.ts; a page has its texts already, and parses tables with what that calls.

import type { RunKind } from '../checkpoint/newConfig.ts'
import type { Drawings } from '../data/drawings.ts'
import type { LabelledTexts } from '../data/labelledTexts.ts'
import type { LabelledPictures } from '../data/pictures.ts'
import type { Recordings } from '../data/recordings.ts'
import type { Task } from '../data/tasks/task.ts'
import { tasks } from '../data/tasks/tasks.ts'
import type { TextPairs } from '../data/textPairs.ts'
import type { FileText } from '../text/files.ts'
import type { Choices } from './choices.ts'
import { checkColumns, checkLabelledColumns, checkPairColumns } from './columns.ts'
import { setting, settingError, told } from './settingError.ts'

export type Source =
  | ({ readonly kind: 'text' } & FileText)
  | ({ readonly kind: 'pairs' } & TextPairs)
  | ({ readonly kind: 'labelled' } & LabelledTexts)
  | ({ readonly kind: 'pictures' } & LabelledPictures)
  | ({ readonly kind: 'drawings' } & Drawings)
  | ({ readonly kind: 'recordings' } & Recordings)
  | { readonly kind: 'task'; readonly task: Task }

/** A source of one kind. */
export type SourceOf<K extends Source['kind']> = Extract<Source, { kind: K }>

/** The choices that name a source. */
export type SourceChoices = Pick<Choices, 'task' | 'data' | 'files' | 'columns'>

const learntFrom: { readonly [K in RunKind]: readonly Source['kind'][] } = {
  decoder: ['text', 'task'],
  llama: ['text', 'task'],
  encoder: ['text'],
  'encoder-decoder': ['pairs', 'drawings', 'recordings', 'task'],
  classifier: ['labelled'],
  word2vec: ['text'],
  listener: ['recordings'],
  'picture-classifier': ['pictures'],
  clip: ['drawings'],
}

/** Throws for a source that a run of a kind does not learn from. */
export function checkLearnsFrom(as: RunKind, { kind }: Source): void {
  if (learntFrom[as].includes(kind)) return
  throw new Error(
    `source: ${kind} was given, but a run of kind ${as} learns from ${learntFrom[as].join(' or ')}. Give that.`,
  )
}

/** The kind of run where nobody says it: a task that draws asks for one that does. */
export const usualAs = ({ task }: Pick<Choices, 'task'>): RunKind => (isDrawn(task) ? 'encoder-decoder' : 'decoder')

/** True for a task whose answers are no texts. */
const isDrawn = (task: string | undefined): boolean =>
  task !== undefined && Object.hasOwn(tasks, task) && tasks[task]().answers !== undefined

/** Throws for choices that name a source which a run of a kind does not learn from. */
export function checkSourceChoices(as: RunKind, { task, data, files, columns }: SourceChoices): void {
  if (task !== undefined) checkTask(as, task, files, columns)
  else if (as === 'encoder-decoder') checkPairColumns(columns, files)
  else if (as === 'classifier') {
    if (files !== undefined && files.length !== 1)
      throw settingError`train ${setting('as')} classifier reads one file, a label and a text in every line, but ${files.length} were named. Put all lines in one.`
    checkLabelledColumns(columns)
  } else if (as === 'listener') checkFolder('listener', 'recordings', files, columns)
  else if (as === 'clip') checkFolder('clip', 'pictures', files, columns)
  else if (as === 'picture-classifier') checkPictures(files, data, columns)
  else checkTextColumns(as, columns)
}

function checkFolder(as: RunKind, what: string, files: Choices['files'], columns: Choices['columns']): void {
  if (files !== undefined && files.length !== 1)
    throw settingError`train ${setting('as')} ${as} reads one folder of ${what}, but ${files.length} were named. Put all ${what} in one.`
  checkColumns(columns, [], told`a folder of ${what} has no table of examples`)
}

function checkPictures(files: Choices['files'], data: Choices['data'], columns: Choices['columns']): void {
  const more = data === undefined ? files?.[1] : files?.[0]
  if (more !== undefined)
    throw settingError`train ${setting('as')} picture-classifier learns from one folder, or from ${setting('data')}. Leave out "${more}".`
  checkColumns(columns, [], told`a folder of pictures has no table of examples`)
}

const checkTextColumns = (as: RunKind, columns: Choices['columns']): void =>
  checkColumns(columns, [], told`${setting('as')} ${as} reads plain text`)

function checkTask(as: RunKind, task: string, files: Choices['files'], columns: Choices['columns']): void {
  if (files && files.length > 0)
    throw settingError`${setting('task')} makes its questions itself, but "${files[0]}" was named too. Give one of them.`
  checkColumns(columns, [], told`${setting('task')} has no table`)
  if (isDrawn(task) && as !== 'encoder-decoder')
    throw settingError`${setting('task')} ${task} is drawn by an encoder-decoder, but ${setting('as')} is ${as}. Leave ${setting('as')} out.`
  if (!learntFrom[as].includes('task'))
    throw settingError`${setting('task')} is for ${setting('as')} decoder, llama or encoder-decoder, but ${setting('as')} is ${as}. Choose one of them, or name a file.`
}

/** The number of its examples; undefined where that is no number of things, or there is no end of them. */
export function exampleCount(source: Source): number | undefined {
  if (source.kind === 'pairs') return source.pairs.length
  if (source.kind === 'labelled') return source.texts.length
  if (source.kind === 'pictures') return source.training.length + source.validation.length
  if (source.kind === 'recordings') return source.recordings.length
  return source.kind === 'drawings' ? source.drawings.length : undefined
}

/** All of its text, to make a vocabulary of. */
export function textOfSource(source: Exclude<Source, { kind: 'task' }>): Iterable<string> {
  if (source.kind === 'text') return [source.text]
  if (source.kind === 'pairs') return source.pairs.flatMap(({ source, target }) => [source, target])
  if (source.kind === 'drawings') return source.drawings.map(({ words }) => words)
  if (source.kind === 'recordings') return source.recordings.map(({ words }) => words)
  if (source.kind === 'pictures') return []
  return source.texts.flatMap(({ text, second }) => (second === undefined ? [text] : [text, second]))
}

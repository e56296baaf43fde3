// Reading what a run learns from.

import { stat } from 'node:fs/promises'
import type { RunKind } from '../../checkpoint/newConfig.ts'
import { readDrawings } from '../../data/drawingFiles.ts'
import { readLabelled, readPairs } from '../../data/files.ts'
import { mediumOfFiles } from '../../data/mediumOfFiles.ts'
import { readLabelledPictures } from '../../data/pictureFiles.ts'
import { readRecordings } from '../../data/recordingFiles.ts'
import { taskNamed } from '../../data/tasks/tasks.ts'
import type { Report } from '../../data/wordedFiles.ts'
import type { Picture } from '../../image/picture.ts'
import { readTexts } from '../../text/files.ts'
import type { Beginning } from '../beginning.ts'
import { checkColumns } from '../columns.ts'
import { keptPicture } from '../pictures.ts'
import { told } from '../settingError.ts'
import { checkSourceChoices, type Source, type SourceChoices } from '../source.ts'

export interface ReadOptions {
  /** Is told how many pictures or recordings of how many are read. */
  readonly report?: Report
}

/** The source of a run of a kind. */
export async function readSource(
  as: RunKind,
  choices: SourceChoices,
  beginning: Beginning,
  options: ReadOptions = {},
): Promise<Source> {
  checkSourceChoices(as, choices)
  const { task, data, files = [], columns = {} } = choices
  if (task !== undefined) return { kind: 'task', task: taskNamed(task) }
  if (as === 'encoder-decoder') {
    const isFolder = files.length === 1 && (await stat(files[0]).catch(() => undefined))?.isDirectory()
    if (!isFolder) return { kind: 'pairs', ...(await readPairs(files, columns)) }
    const what = await mediumOfFiles(files[0])
    checkColumns(columns, [], told`${files[0]} is a folder of ${what}`)
    if (what === 'recordings') return { kind: 'recordings', ...(await readRecordings(files[0], options)) }
    return { kind: 'drawings', ...(await readDrawings(files[0], options)) }
  }
  const keep = (picture: Picture): Picture => keptPicture(picture, beginning)
  if (as === 'picture-classifier')
    return { kind: 'pictures', ...(await readLabelledPictures(data ?? files[0] ?? '', { ...options, keep })) }
  if (as === 'clip')
    return { kind: 'drawings', ...(await readDrawings(files[0] ?? '', { ...options, keep, areAlike: false })) }
  if (as === 'listener') return { kind: 'recordings', ...(await readRecordings(files[0] ?? '', options)) }
  if (as === 'classifier') return { kind: 'labelled', ...(await readLabelledColumns(files[0], columns)) }
  return { kind: 'text', ...(await readTexts(files)) }
}

/** Labelled texts of a table whose columns may be named. */
export function readLabelledColumns(
  file: string,
  { source: text, label }: NonNullable<SourceChoices['columns']>,
  options: { readonly leastLabels?: number } = {},
): ReturnType<typeof readLabelled> {
  return readLabelled(file, {
    ...options,
    ...(text !== undefined && { text }),
    ...(label !== undefined && { label }),
  })
}

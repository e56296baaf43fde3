// Whether a folder of files that words belong to has pictures or recordings in it, by its names. This needs Node.

import { readdir } from 'node:fs/promises'
import { drawingKind } from './drawingFiles.ts'
import { someOf } from './leftOut.ts'
import { recordingKind } from './recordingFiles.ts'
import type { WordedKind } from './wordedFiles.ts'

const kinds = { pictures: drawingKind, recordings: recordingKind }

/**
 * The medium of the files in a folder: what it has a table for, or else files of; where it has neither, what it has in a format that is not read.
 *
 * Throws for a folder that has both, or nothing of either.
 */
export async function mediumOfFiles(folder: string): Promise<keyof typeof kinds> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  const having = (isOf: (kind: WordedKind, name: string) => boolean): (keyof typeof kinds)[] =>
    (['pictures', 'recordings'] as const).filter((what) => names.some((name) => isOf(kinds[what], name)))
  const tables = having(({ table }, name) => name === table)
  if (tables.length === 1) return tables[0]
  const files = having(({ pattern }, name) => pattern.test(name))
  if (tables.length === 2 || files.length === 2) {
    const [picture, recording] = (['pictures', 'recordings'] as const).map((what) =>
      names.find((name) => (tables.length === 2 ? name === kinds[what].table : kinds[what].pattern.test(name))),
    )
    throw new Error(
      `${folder}: there are pictures (${picture}) and recordings (${recording}) in it, and only one of the two is learnt. Put each in a folder of its own.`,
    )
  }
  const [found = having(({ others }, name) => others.pattern.test(name))[0]] = files
  if (found !== undefined) return found
  throw new Error(
    `${folder}: there is no picture and no recording in it${names.length === 0 ? '' : `, but ${someOf(names)}`}. Name a folder of PNG or JPEG files, or one of WAV files, with words as their names or in a ${drawingKind.table} or ${recordingKind.table}; or a file of pairs.`,
  )
}

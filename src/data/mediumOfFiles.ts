// Whether a folder of files that words belong to has pictures or recordings in it, by its names. This needs Node.

import { readdir } from 'node:fs/promises'
import { drawingKind } from './drawingFiles.ts'
import { someOf } from './leftOut.ts'
import { recordingKind } from './recordingFiles.ts'
import type { WordedKind } from './wordedFiles.ts'

/** The tests for a file of a kind: its table is surer than all other files. */
const tests = [
  ({ table }: WordedKind, name: string) => name === table,
  ({ pattern }: WordedKind, name: string) => pattern.test(name),
]

/**
 * The medium of the files in a folder: what it has a table for, or else files of; where it has neither, what it has in a format that is not read.
 *
 * Throws for a folder that has both, or nothing of either.
 */
export async function mediumOfFiles(folder: string): Promise<'pictures' | 'recordings'> {
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort()
  for (const isOf of tests) {
    const [picture, recording] = [drawingKind, recordingKind].map((kind) => names.find((name) => isOf(kind, name)))
    if (picture !== undefined && recording !== undefined)
      throw new Error(
        `${folder}: there are pictures (${picture}) and recordings (${recording}) in it, and only one of the two is learnt. Put each in a folder of its own.`,
      )
    if (picture !== undefined) return 'pictures'
    if (recording !== undefined) return 'recordings'
  }
  if (names.some((name) => drawingKind.others.pattern.test(name))) return 'pictures'
  if (names.some((name) => recordingKind.others.pattern.test(name))) return 'recordings'
  throw new Error(
    `${folder}: there is no picture and no recording in it${names.length === 0 ? '' : `, but ${someOf(names)}`}. Name a folder of PNG or JPEG files, or one of WAV files, with words as their names or in a ${drawingKind.table} or ${recordingKind.table}; or a file of pairs.`,
  )
}

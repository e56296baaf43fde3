// The places of the files that a run learns from: it remembers them as they were named, and where they lie as seen from its own
// folder, so that it is taken up again from anywhere, and after both were moved together.

import { stat } from 'node:fs/promises'
import { join, relative, resolve, sep } from 'node:path'
import type { SourceRecord } from '../record.ts'
import { setting, settingError } from '../settingError.ts'

/** The record with the places of its files as seen from the run's folder. */
export function withPlaces(record: SourceRecord, folder: string): SourceRecord {
  if (record.files.length === 0) return record
  const beside = record.files.map((file) => relative(resolve(folder), resolve(file)).split(sep).join('/'))
  return { ...record, beside }
}

/**
 * The record with its files named as they are found from here.
 *
 * The text in the run's own folder is taken where the one that it names is nowhere.
 *
 * Throws when they are neither where they were, seen from the run's folder, nor where their names lead from here.
 */
export async function withFilesFound(record: SourceRecord, folder: string): Promise<SourceRecord> {
  const { files, beside } = record
  const placed = beside?.length === files.length ? beside.map((file) => join(folder, file)) : files
  const missing = await firstMissing(placed)
  // A run that the Studio has given out has its text in it.
  const own = [join(folder, 'text.txt')]
  const isOwn = missing !== undefined && files.length === 1 && (await firstMissing(own)) === undefined
  if (isOwn && (await firstMissing(files)) !== undefined) return { ...record, files: own }
  const isSame = placed.every((file, i) => resolve(file) === resolve(files[i]))
  if (isSame) return record
  if (missing === undefined) return { ...record, files: placed }
  if ((await firstMissing(files)) === undefined) return record
  throw settingError`${folder}: what it was trained on is not there any more: there is neither ${placed[missing]} nor, seen from ${process.cwd()}, ${files[missing]}. Name it: ${setting('files', folder)}.`
}

async function firstMissing(files: readonly string[]): Promise<number | undefined> {
  for (const [i, file] of files.entries()) if (!(await stat(file).catch(() => undefined))) return i
  return undefined
}

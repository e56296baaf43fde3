// Reading recordings from the disk: a folder of WAV files, and what says which words are said in them. This needs Node.
//
//   recordings.tsv   342.wav⇥three hundred forty two     a line for each recording, where there is such a file
//   file names       three-hundred_2.wav                 otherwise: "three hundred", and 7_jackson_3.wav: "seven"

import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { readText } from '../text/files.ts'
import { readFileBytes } from '../text/openFile.ts'
import { type Recordings, recordingsOf, wordsOfRecording } from './recordings.ts'
import { tableRows } from './table.ts'

/** The file in a folder that says what is said in its recordings. */
export const recordingsTable = 'recordings.tsv'

/** True for a folder with recordings in it. */
export async function holdsRecordings(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [])
  return names.some((name) => name === recordingsTable || isWav(name))
}

/**
 * Reads the recordings of a folder with their words.
 *
 * Throws for what is no folder, for a recording that is named but is not there, and where none is left that can be learnt from.
 */
export async function readRecordings(folder: string): Promise<Recordings> {
  const found = await stat(folder).catch(() => undefined)
  if (!found?.isDirectory())
    throw new Error(
      `${folder}: this is no folder. Name one with WAV files, and words as their names or in a ${recordingsTable}.`,
    )
  const names = await readdir(folder)
  const table = names.includes(recordingsTable) ? join(folder, recordingsTable) : undefined
  // Sorted by code unit, so that every machine reads a folder in one order.
  const named =
    table === undefined
      ? names
          .filter(isWav)
          .sort()
          .map((name) => ({ name, words: wordsOfRecording(name) }))
      : await ofTable(table)
  const files = []
  for (const { name, words } of named) {
    const bytes = await readFileBytes(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      throw new Error(
        `${table ?? folder}: there is no recording ${name} beside it. Correct the name, or leave out its line.`,
      )
    })
    files.push({ name, words, bytes })
  }
  return recordingsOf(files, folder)
}

const isWav = (name: string): boolean => /^[^.].*\.wav$/i.test(name)

async function ofTable(table: string): Promise<readonly { readonly name: string; readonly words: string }[]> {
  const rows = tableRows(await readText(table), table, [
    { role: 'recording', usual: ['recording', 'file', 'name', 'file_name', 'audio'], at: 0 },
    { role: 'words', usual: ['words', 'text', 'sentence', 'transcription'], at: 1 },
  ])
  return rows.map(({ cells: [name = '', words = ''] }) => ({ name: name.trim(), words: words.trim() }))
}

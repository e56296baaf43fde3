// Reading recordings from the disk: a folder of WAV files, and what says which words are said in them. This needs Node.
//
//   recordings.tsv   342.wav⇥three hundred forty two     a line for each recording, where there is such a file
//   file names       three-hundred_2.wav                 otherwise: "three hundred", and 7_jackson_3.wav: "seven"

import { readdir } from 'node:fs/promises'
import { type RecordingFile, type Recordings, recordingsOf, wordsOfRecording } from './recordings.ts'
import { type WordedKind, wordedFiles } from './wordedFiles.ts'

const sounds: WordedKind = {
  what: 'recording',
  format: 'WAV',
  pattern: /^[^.].*\.wav$/i,
  table: 'recordings.tsv',
  columns: {
    name: ['recording', 'file', 'name', 'file_name', 'audio'],
    words: ['words', 'text', 'sentence', 'transcription'],
  },
  wordsOf: wordsOfRecording,
}

/** The files that are sounds of another format, by their names. */
const otherSounds = /^[^.].*\.(mp3|flac|og[ag]|opus|m4a|aac|aiff?|wma|webm)$/i

/** True for a folder with recordings in it. */
export async function holdsRecordings(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => [])
  return names.some((name) => name === sounds.table || sounds.pattern.test(name))
}

/**
 * Reads the recordings of a folder with their words.
 *
 * Throws for what is no folder, for a recording that is named but is not there, and where none is left that can be learnt from.
 */
export async function readRecordings(folder: string): Promise<Recordings> {
  const files: RecordingFile[] = []
  for (const { name, words, read } of await wordedFiles(folder, sounds))
    files.push({ name, words, bytes: await read() })
  return recordingsOf(files, folder, await othersIn(folder))
}

/** A sentence about sounds of other formats in a folder without a table, in which whatever is meant is named. */
async function othersIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder)
  const [first, ...more] = names.filter((name) => otherSounds.test(name)).sort()
  if (first === undefined || names.includes(sounds.table)) return []
  const others = more.length === 0 ? '' : `, as ${more.length === 1 ? 'is' : 'are'} ${more.length} more`
  return [`${first}: this is a sound, but no WAV by its name${others}.`]
}

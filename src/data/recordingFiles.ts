// Reading recordings from the disk: a folder of WAV files, and what says which words are said in them. This needs Node.
//
//   recordings.tsv   342.wav⇥three hundred forty two     a line for each recording, where there is such a file
//   file names       three-hundred_2.wav                 otherwise: "three hundred", and 7_jackson_3.wav: "seven"

import { type RecordingFile, type Recordings, recordingsOf, wordsOfRecording } from './recordings.ts'
import { type Report, type WordedKind, wordedFiles } from './wordedFiles.ts'

export const recordingKind: WordedKind = {
  what: 'recording',
  format: 'WAV',
  pattern: /^[^.].*\.wav$/i,
  table: 'recordings.tsv',
  columns: {
    name: ['recording', 'file', 'name', 'file_name', 'audio'],
    words: ['words', 'text', 'sentence', 'transcription'],
  },
  wordsOf: wordsOfRecording,
  others: {
    pattern: /^[^.].*\.(mp[234]|m4[ab]|flac|og[ag]|opus|aac|aif[fc]?|wma|webm|mka|amr|au|caf|w64)$/i,
    is: 'a sound',
    advice: 'Convert each: ffmpeg -i IN -c:a pcm_s16le OUT.wav',
  },
}

/**
 * Reads the recordings of a folder with their words.
 *
 * - `report`: is told how many of how many are read
 *
 * Throws for what is no folder, for a recording that is named but is not there, and where none is left that can be learnt from.
 */
export async function readRecordings(
  folder: string,
  { report }: { readonly report?: Report } = {},
): Promise<Recordings> {
  const { files, leftOut } = await wordedFiles(folder, recordingKind)
  const read: RecordingFile[] = []
  for (const file of files) {
    read.push({ ...file, bytes: await file.read() })
    report?.(read.length, files.length)
  }
  return recordingsOf(read, folder, leftOut)
}

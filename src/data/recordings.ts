// Recordings: sounds with the words that are said in them, from which a model learns to hear, or to speak.

import { isSilent } from '../sound/silence.ts'
import { mono, type Sound } from '../sound/sound.ts'
import { readWav } from '../sound/wav.ts'
import { firstLeftOut } from './leftOut.ts'

export interface Recording {
  /** The name of its file. */
  readonly name: string
  readonly words: string
  readonly sound: Sound
}

export interface Recordings {
  /** At least one. */
  readonly recordings: readonly Recording[]
  /** A sentence about each that was left out, because it cannot be read, nothing is heard in it, or nothing says what is. */
  readonly leftOut: readonly string[]
}

/** A WAV file and its words. */
export interface RecordingFile {
  readonly name: string
  readonly words: string
  readonly bytes: Uint8Array
}

/**
 * Recordings of files, their channels as one.
 *
 * - `place`: where they are, for messages
 * - `others`: sentences about what was left out before
 *
 * Throws where none is left.
 */
export function recordingsOf(
  files: readonly RecordingFile[],
  place: string,
  others: readonly string[] = [],
): Recordings {
  const leftOut = [...others]
  const recordings = files.flatMap(({ name, words, bytes }): Recording[] => {
    const found = words === '' ? `${name}: nothing says what is said in it.` : heard(name, bytes)
    if (typeof found !== 'string') return [{ name, words, sound: found }]
    leftOut.push(found)
    return []
  })
  if (recordings.length > 0) return { recordings, leftOut }
  throw new Error(
    `${place}: there is no recording with words in it. Name a folder of WAV files, with words as their names or in a recordings.tsv.${firstLeftOut(leftOut)}`,
  )
}

/** The sound of a file, or why there is none. */
function heard(name: string, bytes: Uint8Array): Sound | string {
  try {
    const sound = mono(readWav(bytes, name))
    return isSilent(sound) ? `${name}: nothing is to be heard in it.` : sound
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const digits = 'zero one two three four five six seven eight nine'.split(' ')

/**
 * The words that a file's name says: all up to its first "_", with spaces for "-"; a digit alone is its English word.
 *
 * `three-hundred_2.wav` is "three hundred", `7_jackson_3.wav` is "seven".
 */
export function wordsOfRecording(name: string): string {
  const words = name
    .replace(/^.*[\\/]/, '')
    .replace(/\.[^.]*$/, '')
    .replace(/_.*$/, '')
    .replace(/[-\s]+/g, ' ')
    .trim()
  return /^[0-9]$/.test(words) ? digits[Number(words)] : words
}

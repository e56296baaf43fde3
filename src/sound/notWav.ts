// What bytes are that are no WAV file: for messages.

import { type FileKind, fileKindOf, fileKindText } from '../text/fileKind.ts'

/** The error for such bytes; `place`: their name. */
export function notWav(bytes: Uint8Array, place: string): Error {
  if (bytes.length === 0) return new Error(`${place}: the file is empty, and no WAV. Give another.`)
  const known = fileKindOf(bytes)
  if (known && ['sound', 'recording', 'film'].includes(known.kind))
    return new Error(
      `${place}: this is no WAV, but ${soundText(known)}. Convert it: ffmpeg -i IN -c:a pcm_s16le OUT.wav`,
    )
  if (known) return new Error(`${place}: this is no WAV, but ${fileKindText(known)}. Name a recording.`)
  const begins = JSON.stringify(String.fromCharCode(...bytes.subarray(0, 4)).replace(/[^ -~]/g, '·'))
  return new Error(
    `${place}: this is no WAV: it begins with ${begins}, not with "RIFF", a size and "WAVE". Name a recording.`,
  )
}

/** WAVs of two unusual kinds by what they are, other sounds by their format. */
function soundText(known: FileKind): string {
  if (known.format === 'RIFX') return 'one with its bytes the other way round (RIFX)'
  if (known.format === 'RF64') return 'one for more than 4 GB (RF64)'
  return known.kind === 'film' ? fileKindText(known) : known.format
}

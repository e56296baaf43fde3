// What bytes are that are no WAV file, by the marks that other files begin with: for messages.

/** The error for such bytes; `place`: their name. */
export function notWav(bytes: Uint8Array, place: string): Error {
  const letters = String.fromCharCode(...bytes.subarray(0, 12))
  if (bytes.length === 0) return new Error(`${place}: the file is empty, and no WAV. Give another.`)
  const known = marks.find(({ mark, at = 0 }) => letters.startsWith(mark, at))
  if (known?.isPicture) return new Error(`${place}: this is no WAV, but ${known.is}. Name a recording.`)
  if (known)
    return new Error(`${place}: this is no WAV, but ${known.is}. Convert it: ffmpeg -i IN -c:a pcm_s16le OUT.wav`)
  const begins = JSON.stringify(letters.slice(0, 4).replace(/[^ -~]/g, '·'))
  return new Error(
    `${place}: this is no WAV: it begins with ${begins}, not with "RIFF", a size and "WAVE". Name a recording.`,
  )
}

const marks: readonly {
  readonly mark: string
  readonly at?: number
  readonly is: string
  readonly isPicture?: boolean
}[] = [
  { mark: '\x89PNG', is: 'a picture (PNG)', isPicture: true },
  { mark: '\xff\xd8\xff', is: 'a picture (JPEG)', isPicture: true },
  { mark: 'RIFX', is: 'one with its bytes the other way round (RIFX)' },
  { mark: 'RF64', is: 'one for more than 4 GB (RF64)' },
  { mark: 'AVI ', at: 8, is: 'a film (AVI)' },
  { mark: 'fLaC', is: 'FLAC' },
  { mark: 'OggS', is: 'Ogg' },
  { mark: 'ID3', is: 'MP3' },
  { mark: '\xff\xfb', is: 'MP3' },
  { mark: '\xff\xf3', is: 'MP3' },
  { mark: 'ftyp', at: 4, is: 'MP4' },
  { mark: 'FORM', is: 'AIFF' },
  { mark: '\x1aE\xdf\xa3', is: 'WebM' },
]

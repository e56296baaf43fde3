// What a file is that is neither a text, nor a WAV, nor a PNG or JPEG, by the marks that it begins with; and what is said of it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPicture } from '../../src/image/readPicture.ts'
import { notWav } from '../../src/sound/notWav.ts'
import { fileKindOf, fileKindText } from '../../src/text/fileKind.ts'
import { otherKind } from '../../src/text/notText.ts'

/** The beginnings of files as programs write them, in Latin-1. */
const beginnings: Readonly<Record<string, string>> = {
  'a picture (PNG)': '\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
  'a picture (JPEG)': '\xff\xd8\xff\xe0\0\x10JFIF',
  'a picture (GIF)': 'GIF89a \0 \0',
  'a picture (WebP)': 'RIFF\x2c\n\0\0WEBPVP8 ',
  'a picture (HEIC)': '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
  'a picture (AVIF)': '\0\0\0\x20ftypavif\0\0\0\0avifmif1',
  'a picture (TIFF)': 'II*\0\x08\0\0\0',
  'a picture (BMP)': 'BM\x36\x0c\0\0\0\0\0\0\x36\0',
  'a picture (SVG)': '<?xml version="1.0"?>\n<svg width="2">',
  'a sound (WAV)': 'RIFF\xe6\x3b\0\0WAVEfmt ',
  'a sound (FLAC)': 'fLaC\0\0\0\x22',
  'a sound (Ogg)': 'OggS\0\x02\0\0',
  'a sound (MP3)': '\xff\xf3\x38\xc4\0\x14\x29',
  'a sound (MP2)': '\xff\xf5\xe8\xc4',
  'a sound (AAC)': '\xff\xf1\x60\x40\x45',
  'a sound (M4A)': '\0\0\0\x1cftypM4A \0\0',
  'a sound (AIFF)': 'FORM\0\0;\xceAIFFCOMM',
  'a sound (AU)': '.snd\0\0\0\x20',
  'a sound (Wave64)': 'riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb',
  'a sound (WMA)': '0&\xb2u\x8ef\xcf\x11',
  'a recording (MP4)': '\0\0\0\x14ftypisom',
  'a recording (WebM or Matroska)': '\x1aE\xdf\xa3\x9fB\x86',
  'a film (AVI)': 'RIFF\0\0\0\0AVI LIST',
  'a score (MIDI)': 'MThd\0\0\0\x06',
}
const bytesOf = (latin1: string): Uint8Array => Uint8Array.from(Buffer.from(latin1, 'latin1'))

test('files are known by what they begin with', () => {
  for (const [is, begins] of Object.entries(beginnings)) {
    const kind = fileKindOf(bytesOf(begins))
    assert.equal(kind && fileKindText(kind), is)
  }
  // A text, and one in UTF-16.
  for (const begins of ['hello', '\xff\xfeh\0e\0', '<html><svg>', ''])
    assert.equal(fileKindOf(bytesOf(begins)), undefined, begins)
})

test('whoever wants another is told which it is, and what to do', async () => {
  const convert = 'Convert it: ffmpeg -i IN -c:a pcm_s16le OUT.wav'
  const save = 'Save it as a PNG or a JPEG.'
  const cases: readonly (readonly [is: string, wav: string, picture: string])[] = [
    ['a sound (MP3)', `but MP3. ${convert}`, 'no picture, but a sound (MP3). Give a PNG or a JPEG.'],
    ['a recording (MP4)', `but MP4. ${convert}`, 'no picture, but a recording (MP4). Give a PNG or a JPEG.'],
    ['a film (AVI)', `but a film (AVI). ${convert}`, 'no picture, but a film (AVI). Give a PNG or a JPEG.'],
    [
      'a score (MIDI)',
      'but a score (MIDI). Name a recording.',
      'no picture, but a score (MIDI). Give a PNG or a JPEG.',
    ],
    ['a picture (WebP)', 'but a picture (WebP). Name a recording.', `a picture (WebP). ${save}`],
    ['a picture (HEIC)', 'but a picture (HEIC). Name a recording.', `a picture (HEIC). ${save}`],
  ]
  for (const [is, wav, picture] of cases) {
    const bytes = bytesOf(beginnings[is])
    assert.equal(notWav(bytes, 'a').message, `a: this is no WAV, ${wav}`)
    await assert.rejects(readPicture(bytes, 'a'), { message: `a: this is ${picture}` })
    assert.deepEqual(otherKind(bytes), { is, advice: 'Name another file.' })
  }
})

// Targets: files of pictures and of sounds.

import { readFileSync } from 'node:fs'
import jpeg from 'jpeg-js'
import { pictureIn } from '../../src/data/openPicture.ts'
import { crc32 } from '../../src/image/crc32.ts'
import { readWav, writeWav } from '../../src/media.ts'
import { mutatedBytes } from './mutate.ts'
import type { Random } from './random.ts'
import { claim, claimFinite, target } from './target.ts'

const { pngs } = JSON.parse(readFileSync(new URL('../../test/fixtures/pictures.json', import.meta.url), 'utf8')) as {
  readonly pngs: readonly { readonly file: string }[]
}
const pngFiles = pngs.map(({ file }) => Uint8Array.from(Buffer.from(file, 'base64')))

const jpegFiles = [8, 19].map((size) => {
  const data = Uint8Array.from({ length: 4 * size * size }, (_, i) => (i * i * 7) % 256)
  return Uint8Array.from(jpeg.encode({ width: size, height: size, data }, 80).data)
})

/** The same PNG with checksums that are right, as far as its chunks can be followed: damage then comes further than to them. */
function withChecksums(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer)
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at)
    if (end + 4 > bytes.length) break
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)))
    at = end + 4
  }
  return bytes
}

export const pictureFiles = target(
  'pictures',
  (random) => {
    if (random.percent(30)) return mutatedBytes(random.pick(jpegFiles), random)
    const changed = mutatedBytes(random.pick(pngFiles), random)
    return random.percent(70) ? withChecksums(changed) : changed
  },
  async (bytes) => {
    const { width, height, channels, pixels } = await pictureIn(bytes, 'file')
    claim(pixels.length === width * height * channels, `${pixels.length} bytes of ${width} × ${height} × ${channels}`)
    claim(pixels.length > 0, 'a picture without a pixel')
  },
)

const samples = Float32Array.from({ length: 50 }, (_, i) => Math.sin(i) / 2)
const wav = writeWav({ rate: 8000, samples })

/** A WAV file whose format says something else of the same samples. */
function otherFormat(random: Random): Uint8Array {
  const bytes = Uint8Array.from(wav)
  const view = new DataView(bytes.buffer)
  const [channels, width] = [random.pick([1, 2, 3]), random.pick([1, 2, 3, 4, 8])]
  view.setUint16(20, random.pick([1, 3, 0xfffe, 85]), true)
  view.setUint16(22, channels, true)
  view.setUint32(24, random.pick([0, 1, 7999, 44_100, 0xffffffff]), true)
  view.setUint16(32, channels * width, true)
  view.setUint16(34, 8 * width, true)
  return bytes
}

export const recordingFiles = target(
  'recordings',
  (random) => {
    const bytes = random.percent(50) ? wav : otherFormat(random)
    return random.percent(80) ? mutatedBytes(bytes, random) : bytes
  },
  (bytes) => {
    const { rate, channels } = readWav(bytes, 'file')
    claim(rate > 0 && channels.length > 0, `${channels.length} channels of ${rate} samples a second`)
    claim(
      channels.every(({ length }) => length === channels[0].length && length > 0),
      'channels of different lengths, or of none',
    )
    claimFinite(channels)
  },
)

// PNG: what is written comes back; what is no PNG, cut, damaged or too large is refused in one line. The kinds of PNG that others write
// are in pictureFixtures.test.ts.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crc32 } from '../../src/image/crc32.ts'
import type { Channels, Picture } from '../../src/image/picture.ts'
import { readPng } from '../../src/image/readPng.ts'
import { writePng } from '../../src/image/writePng.ts'
import { uniforms } from '../../src/text/random.ts'

/** A picture with smooth parts and noise, so that every filter is the best of some row. */
function picture(width: number, height: number, channels: Channels): Picture {
  const draw = uniforms(7, 0, 0)
  const pixels = Uint8Array.from({ length: width * height * channels }, (_, i) => {
    const row = Math.floor(i / (width * channels))
    return row % 3 === 0 ? draw() * 256 : row % 3 === 1 ? i : row * 5
  })
  return { width, height, channels, pixels }
}

describe('png', () => {
  for (const channels of [1, 2, 3, 4] as const)
    test(`${channels} channels come back as they were`, async () => {
      for (const [width, height] of [
        [1, 1],
        [13, 9],
        [64, 31],
      ]) {
        const made = picture(width, height, channels)
        assert.deepEqual(await readPng(await writePng(made), 'a.png'), made)
      }
    })

  test('refuses what is no PNG, cut, damaged or too large', async () => {
    const bytes = await writePng(picture(20, 20, 3))
    const refuses = (given: Uint8Array, message: string) => assert.rejects(readPng(given, 'a.png'), { message })
    await refuses(new Uint8Array(3), 'a.png: this is no PNG. Give a file that begins as one.')
    await refuses(bytes.slice(0, 500), 'a.png: the PNG is cut: it ends after 500 bytes, within a chunk. Copy it again.')
    const damaged = bytes.slice()
    damaged[60] ^= 1
    await refuses(damaged, 'a.png: the PNG is damaged: the checksum of "IDAT" is wrong. Copy it again.')
    await refuses(
      withHeader(bytes, (view) => view.setUint32(4, 40)),
      'a.png: the PNG is cut or damaged: 1220 of its 2440 bytes of pixels can be read. Copy it again.',
    )
    await refuses(
      withHeader(bytes, (view) => {
        view.setUint32(0, 20_000)
        view.setUint32(4, 20_000)
      }),
      'a.png: the picture has 20000 × 20000 = 400000000 pixels; there may be 67108864 at most. Make it smaller.',
    )
    await refuses(
      withHeader(bytes, (view) => view.setUint8(8, 3)),
      'a.png: there is no PNG of colour type 2, 3 bits, compression 0, filter 0 and interlace 0. Save the picture again.',
    )
    await refuses(
      withHeader(bytes, (view) => view.setUint32(0, 0)),
      'a.png: the picture is 0 × 20 pixels. Give one with at least one pixel.',
    )
  })
})

/** The same bytes with another header, and its checksum. */
function withHeader(bytes: Uint8Array, change: (header: DataView) => void): Uint8Array {
  const changed = bytes.slice()
  change(new DataView(changed.buffer, 16, 13))
  new DataView(changed.buffer).setUint32(29, crc32(changed.subarray(12, 29)))
  return changed
}

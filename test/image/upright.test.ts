// Photographs that a camera saved lying: what they state of it, and the picture as it is to be seen.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { orientationOf, upright } from '../../src/image/upright.ts'

/** The beginning of a JPEG: a segment of another kind, then one of EXIF, whose directory has the orientation behind another entry. */
function lying(orientation: number, { isLittle = false, kind = 'Exif' } = {}): Uint8Array {
  const tiff = new DataView(new ArrayBuffer(8 + 2 + 2 * 12 + 4))
  tiff.setUint16(0, isLittle ? 0x4949 : 0x4d4d)
  tiff.setUint16(2, 42, isLittle)
  tiff.setUint32(4, 8, isLittle)
  tiff.setUint16(8, 2, isLittle)
  for (const [i, [tag, value]] of [
    [0x0100, 640],
    [0x0112, orientation],
  ].entries()) {
    tiff.setUint16(10 + 12 * i, tag, isLittle)
    tiff.setUint16(12 + 12 * i, 3, isLittle)
    tiff.setUint32(14 + 12 * i, 1, isLittle)
    tiff.setUint16(18 + 12 * i, value, isLittle)
  }
  const letters = [...kind].map((letter) => letter.charCodeAt(0))
  const exif = [0xff, 0xe1, 0, 8 + tiff.byteLength, ...letters, 0, 0, ...new Uint8Array(tiff.buffer)]
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, ...exif, 0xff, 0xda, 0, 2, 9, 9, 9])
}

describe('a photograph', () => {
  test('states how it is to be turned, with its bytes either way round', () => {
    for (let orientation = 1; orientation <= 8; orientation++)
      for (const isLittle of [false, true]) assert.equal(orientationOf(lying(orientation, { isLittle })), orientation)
  })

  test('is left as it is where it states nothing, or what cannot be', () => {
    const bytes = lying(6)
    for (const wrong of [lying(0), lying(9), lying(6, { kind: 'XMP1' }), Uint8Array.of(0xff, 0xd8)])
      assert.equal(orientationOf(wrong), 1)
    for (let end = 0; end < bytes.length; end++) assert.ok([1, 6].includes(orientationOf(bytes.subarray(0, end))))
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.with(at, 255)
      assert.ok(orientationOf(damaged) >= 1 && orientationOf(damaged) <= 8)
    }
  })

  test('is turned as Pillow turns it (ImageOps.exif_transpose)', () => {
    const seen: readonly (readonly [orientation: number, width: number, rows: string])[] = [
      [1, 3, '123456'],
      [2, 3, '321654'],
      [3, 3, '654321'],
      [4, 3, '456123'],
      [5, 2, '142536'],
      [6, 2, '415263'],
      [7, 2, '635241'],
      [8, 2, '362514'],
    ]
    for (const channels of [1, 3] as const) {
      const pixels = Uint8Array.from({ length: 6 * channels }, (_, i) => Math.floor(i / channels) + 1)
      for (const [orientation, width, rows] of seen) {
        const turned = upright({ width: 3, height: 2, channels, pixels }, orientation)
        assert.deepEqual([turned.width, turned.height], [width, 6 / width])
        assert.equal([...turned.pixels].filter((_, i) => i % channels === 0).join(''), rows)
      }
    }
  })
})

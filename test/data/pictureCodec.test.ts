// Pictures as ids of patches: cut and joined again; nothing is lost of few patches; and what does not fit is told.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Codebook } from '../../src/data/codebook.ts'
import { codecFromJSON, edgeOf, vocabOf } from '../../src/data/codec.ts'
import { PictureCodec, pictureCodecOf } from '../../src/data/pictureCodec.ts'
import type { Picture } from '../../src/image/picture.ts'
import { uniforms } from '../../src/text/random.ts'

/** A picture whose pixels are one of a few bytes. */
function picture(seed: number, width: number, height: number, channels: 1 | 3, bytes: readonly number[]): Picture {
  const draw = uniforms(seed, 0, 0)
  const pixels = Uint8Array.from(
    { length: width * height * channels },
    () => bytes[Math.floor(draw() * bytes.length)] ?? 0,
  )
  return { width, height, channels, pixels }
}

describe('a codec of pictures', () => {
  test('gives pictures of few patches back to the bit', () => {
    const pictures = Array.from({ length: 40 }, (_, seed) => picture(seed, 8, 4, 1, [0, 255]))
    const codec = pictureCodecOf(pictures, { patch: { width: 2, height: 2 }, codes: 256, seed: 1 })
    assert.equal(codec.codebook.size, 16)
    assert.equal(codec.length, 8)
    for (const each of pictures) assert.deepEqual(codec.decode(codec.encode(each)), each)
  })

  test('cuts patches row by row, wide and high ones too, in colours', () => {
    const one = picture(3, 6, 4, 3, [1, 2, 3, 250])
    const codec = pictureCodecOf([one], { patch: { width: 3, height: 2 }, codes: 99, seed: 1 })
    assert.deepEqual(codec.grid, { across: 2, down: 2 })
    assert.deepEqual(codec.decode(codec.encode(one)), one)
    // The second patch begins at the fourth pixel.
    const [, second] = codec.encode(one)
    const [red, green, blue] = codec.codebook.decode([second])
    assert.deepEqual([red, green, blue], Array.from(one.pixels.subarray(9, 12)))
  })

  test('is as near as its codes come, in whole bytes', () => {
    const codec = new PictureCodec(new Codebook([0.4, 300, -7], 1), {
      width: 3,
      height: 1,
      channels: 1,
      patch: { width: 1, height: 1 },
    })
    assert.deepEqual(Array.from(codec.decode([0, 1, 2]).pixels), [0, 255, 0])
    assert.deepEqual(Array.from(codec.decode([1]).pixels), [255, 0, 0])
    assert.throws(() => codec.decode([0, 0, 0, 0]), {
      message: "codec: 4 ids are more than a picture's 3 patches. Give no more.",
    })
  })

  test('has one id more than codes, which begins and ends', () => {
    const codec = pictureCodecOf([picture(1, 4, 4, 1, [0, 9])], { patch: { width: 4, height: 2 }, codes: 2, seed: 1 })
    assert.equal(edgeOf(codec), 2)
    assert.equal(vocabOf(codec), 3)
  })

  test('is told again by its JSON and its codes', () => {
    const codec = pictureCodecOf([picture(1, 4, 4, 3, [0, 9])], { patch: { width: 2, height: 2 }, codes: 9, seed: 1 })
    const again = codecFromJSON(JSON.parse(JSON.stringify(codec)), codec.codebook, 'codec.json')
    assert.deepEqual(again.layout, codec.layout)
    const wrong = (change: object): string => {
      try {
        codecFromJSON({ ...codec.toJSON(), ...change }, codec.codebook, 'run/codec.json')
      } catch (error) {
        return (error as Error).message
      }
      return ''
    }
    assert.equal(
      wrong({ kind: 'smell' }),
      'run/codec.json: kind is "smell". Cutaway reads codecs of kind "picture" and "speech"; take one of these.',
    )
    assert.equal(
      wrong({ width: 5 }),
      'run/codec.json: patches of 2 × 2 do not cover pictures of 5 × 4. Choose a patch whose sides divide theirs.',
    )
    assert.equal(
      wrong({ channels: 1 }),
      'run/codec.json: its codes have 12 numbers, but a patch of 2 × 2 with 1 in each pixel has 4. Give the codebook that belongs to it.',
    )
  })

  test('takes pictures of its size alone', () => {
    const codec = pictureCodecOf([picture(1, 4, 4, 1, [0, 9])], { patch: { width: 2, height: 2 }, codes: 9, seed: 1 })
    assert.throws(() => codec.encode(picture(1, 4, 6, 1, [0])), {
      message: 'codec: the picture is 4 × 6 with 1 in each pixel, but the codec is for 4 × 4 with 1. Resize it.',
    })
  })
})

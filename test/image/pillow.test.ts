// Pictures as Pillow and transformers have them: PNGs of every kind are read alike, resized alike to the byte, and prepared for a model
// to 1e-5. tools/make_picture_fixtures.py made the stored results.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { preparationFromJSON, preparationToJSON } from '../../src/checkpoint/preprocessorConfig.ts'
import type { Channels, Picture } from '../../src/image/picture.ts'
import { preparedPicture } from '../../src/image/prepare.ts'
import { readPng } from '../../src/image/readPng.ts'
import { type ResampleFilter, resized } from '../../src/image/resize.ts'

interface Fixtures {
  readonly pngs: readonly { name: string; file: string; shape: readonly number[]; pixels: readonly number[] }[]
  readonly resizes: readonly {
    filter: ResampleFilter
    from: [number, number]
    to: [number, number]
    pixels: readonly number[]
    resized: readonly number[]
  }[]
  readonly prepared: readonly {
    config: object
    size: [number, number, Channels]
    pixels: readonly number[]
    shape: readonly number[]
    numbers: readonly number[]
  }[]
}

const fixtures = JSON.parse(
  readFileSync(new URL('../fixtures/pictures.json', import.meta.url), 'utf8'),
) as unknown as Fixtures

describe('pictures and Pillow', () => {
  for (const { name, file, shape, pixels } of fixtures.pngs)
    test(`reads a PNG: ${name}`, async () => {
      const picture = await readPng(Uint8Array.from(Buffer.from(file, 'base64')), name)
      assert.deepEqual([picture.height, picture.width, picture.channels], [shape[0], shape[1], shape[2] ?? 1])
      assert.deepEqual([...picture.pixels], pixels)
    })

  test('resizes to the same bytes', () => {
    for (const { filter, from, to, pixels, resized: expected } of fixtures.resizes) {
      const picture: Picture = { width: from[0], height: from[1], channels: 3, pixels: Uint8Array.from(pixels) }
      const made = resized(picture, { width: to[0], height: to[1] }, filter)
      assert.deepEqual([...made.pixels], expected, `${filter} to ${to.join(' × ')}`)
    }
  })

  test('prepares pictures as the image processors of transformers', () => {
    for (const { config, size, pixels, shape, numbers } of fixtures.prepared) {
      const picture: Picture = { width: size[0], height: size[1], channels: size[2], pixels: Uint8Array.from(pixels) }
      const { preparation, warnings } = preparationFromJSON(config, shape[0])
      assert.deepEqual(warnings, [])
      const made = preparedPicture(picture, preparation)
      assert.deepEqual([made.channel, made.down, made.across], shape)
      const largest = Math.max(...numbers.map((number, i) => Math.abs(number - made.pixels[i])))
      assert.ok(largest <= 1e-5, `${JSON.stringify(config)} differs by ${largest}`)
      assert.deepEqual(preparationFromJSON(preparationToJSON(preparation), shape[0]).preparation, preparation)
    }
  })
})

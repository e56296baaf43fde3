// Pictures as words: every picture comes back, and a word that is of none is refused.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Channels, Picture } from '../../../src/image/picture.ts'
import { pictureWord, readPictureWord } from '../../../src/studio/place/pictureWord.ts'
import { uniforms } from '../../../src/text/random.ts'

const share = uniforms(1, 2, 3)
const picture = (width: number, height: number, channels: Channels, value: (i: number) => number): Picture => ({
  width,
  height,
  channels,
  pixels: Uint8Array.from({ length: width * height * channels }, (_, i) => value(i)),
})

const pictures: readonly Picture[] = [
  picture(1, 1, 1, () => 7),
  picture(28, 28, 1, () => 0),
  picture(28, 28, 1, (i) => (i % 9 === 0 ? 255 : 0)),
  picture(13, 40, 3, () => Math.floor(256 * share())),
  picture(300, 2, 4, (i) => Math.floor(i / 150) % 256),
]

test('pictures come back', () => {
  for (const each of pictures) {
    const word = pictureWord(each)
    assert.match(word, /^[\w.-]+$/)
    assert.deepEqual(readPictureWord(word), each)
  }
  assert.ok(pictureWord(pictures[1]).length < 40)
})

test('what is no picture is refused', () => {
  const word = pictureWord(pictures[2])
  for (const wrong of [
    '',
    'x',
    '1.1.1',
    '0.5.1.AAA',
    '28.28.9.AA',
    word.slice(0, -4),
    `${word}AAAA`,
    `29${word.slice(2)}`,
  ])
    assert.throws(() => readPictureWord(wrong), /picture/, wrong)
})

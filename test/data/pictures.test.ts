// Pictures to learn from: idx files, folders of classes, what is wrong with them in one line; and the examples that are made of them.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { openPicture, readLabelledPictures } from '../../src/data/pictureFiles.ts'
import { parseIdx, pictureExamples, pictureStatistics } from '../../src/data/pictures.ts'
import type { Picture } from '../../src/image/picture.ts'
import { writePng } from '../../src/image/writePng.ts'

/** A grey picture that is brighter to the right. */
const ramp = (width: number, height: number, add = 0): Picture => ({
  width,
  height,
  channels: 1,
  pixels: Uint8Array.from({ length: width * height }, (_, i) => 10 * (i % width) + add),
})

describe('pictures to learn from', () => {
  let folder: string
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cutaway-pictures-'))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  const write = async (path: string, content: Uint8Array | string): Promise<void> => {
    await mkdir(join(folder, path, '..'), { recursive: true })
    await writeFile(join(folder, path), content)
  }

  test('come from a folder with a folder for each class; about a tenth of each is held back', async () => {
    for (const label of ['cat', 'dog'])
      for (let i = 0; i < 20; i++) await write(`pets/${label}/${i}.png`, await writePng(ramp(4, 3, i)))
    await write('pets/notes.txt', 'no picture')
    const { training, validation, labels } = await readLabelledPictures(join(folder, 'pets'))
    assert.deepEqual(labels, ['cat', 'dog'])
    assert.equal(training.length + validation.length, 40)
    for (const label of [0, 1])
      assert.ok(validation.some((each) => each.label === label) && training.some((each) => each.label === label))
    assert.deepEqual(await readLabelledPictures(join(folder, 'pets')), { training, validation, labels })
  })

  test('come from idx files', async () => {
    const idx = (sizes: readonly number[], bytes: readonly number[]) =>
      Uint8Array.from([0, 0, 8, sizes.length, ...sizes.flatMap((size) => [0, 0, 0, size]), ...bytes])
    for (const part of ['train', 't10k']) {
      await write(`idx/${part}-images-idx3-ubyte`, idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
      await write(`idx/${part}-labels-idx1-ubyte`, idx([2], [1, 0]))
    }
    const { training, labels } = await readLabelledPictures(join(folder, 'idx'))
    assert.deepEqual(labels, ['0', '1'])
    const [, { picture, label }] = training
    assert.deepEqual([label, picture.width, picture.height, [...picture.pixels]], [0, 3, 2, [7, 8, 9, 10, 11, 12]])
    assert.throws(() => parseIdx(idx([2, 2], [1]), 'a'), {
      message: 'a: the idx file has 1 bytes, but 2 × 2 are 4. Copy it again.',
    })
  })

  test('are refused in one line where nothing can be learnt', async () => {
    const refuses = (name: string, message: string) =>
      assert.rejects(readLabelledPictures(join(folder, name)), { message: `${join(folder, name)}${message}` })
    await refuses(
      'nowhere',
      ': this is no folder. Name one with a folder of pictures for each class, or with idx files.',
    )
    await mkdir(join(folder, 'empty'))
    await refuses('empty', ': there is no picture in its folders. Name a folder with a folder of PNGs for each class.')
    for (const i of [1, 2]) await write(`one/cat/${i}.png`, await writePng(ramp(2, 2)))
    await refuses(
      'one',
      ': every picture is of the class "cat", so there is nothing to tell apart. Give a folder for each of at least two.',
    )
    await write('broken/cat/1.png', 'no picture at all')
    await refuses('broken', '/cat/1.png: this is no picture that can be read. Give a PNG or a JPEG.')
    await assert.rejects(openPicture(join(folder, 'none.png')), {
      message: `${join(folder, 'none.png')}: there is no such picture. Correct the name.`,
    })
  })

  test('become numbers, moved anew in every epoch, and never in an evaluation', () => {
    const pictures = Array.from({ length: 5 }, (_, i) => ({ picture: ramp(4, 4, i), label: i % 2 }))
    const examples = pictureExamples(pictures, { preparation: { channels: 1 }, shift: 1, seed: 3 })
    assert.deepEqual(examples.fields.pixels.sizes, { channel: 1, down: 4, across: 4 })
    const still = [...(examples.row(2, -1).pixels as Float32Array)]
    assert.deepEqual(still.slice(0, 4), [2, 12, 22, 32])
    const seen = new Set<string>()
    for (let epoch = 0; epoch < 40; epoch++) {
      const row = [...(examples.row(2, epoch).pixels as Float32Array)].slice(0, 4)
      assert.deepEqual(row, [...(examples.row(2, epoch).pixels as Float32Array)].slice(0, 4))
      seen.add(row.join())
    }
    // To the left, as it was, to the right: at the edge the last pixel is repeated.
    assert.deepEqual([...seen].sort(), ['12,22,32,32', '2,12,22,32', '2,2,12,22'])
    const { mean, deviation } = pictureStatistics(pictures, { channels: 1 })
    assert.deepEqual([mean, deviation], [[0.0667], [0.0442]])
  })
})

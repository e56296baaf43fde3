// Pictures to learn from: idx files, folders of classes, what is wrong with them in one line; and the examples that are made of them.

import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import jpeg from 'jpeg-js'
import { readDrawings } from '../../src/data/drawingFiles.ts'
import { jpegDecoder, openPicture, pictureOrReason } from '../../src/data/openPicture.ts'
import { readAllPictures, readLabelledPictures } from '../../src/data/pictureFiles.ts'
import { parseIdx, pictureExamples, pictureStatistics } from '../../src/data/pictures.ts'
import type { Picture } from '../../src/image/picture.ts'
import { type Preparation, preparedPicture, reducedPicture } from '../../src/image/prepare.ts'
import { writePng } from '../../src/image/writePng.ts'

/** A grey picture that is brighter to the right. */
const ramp = (width: number, height: number, add = 0): Picture => ({
  width,
  height,
  channels: 1,
  pixels: Uint8Array.from({ length: width * height }, (_, i) => 10 * (i % width) + add),
})

const to = (width: number, height: number) => ({ size: { width, height }, filter: 'bilinear' as const })

/** The bytes of a JPEG of 8 × 8 pixels: one colour, or greys that grow to the right. */
function jpegOf(colour?: readonly [number, number, number]): Uint8Array {
  const data = Uint8Array.from({ length: 256 }, (_, i) =>
    i % 4 === 3 ? 255 : colour ? colour[i % 4] : 30 * ((i >> 2) % 8),
  )
  return Uint8Array.from(jpeg.encode({ width: 8, height: 8, data }, 95).data)
}

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
    assert.deepEqual(await readLabelledPictures(join(folder, 'pets')), {
      training,
      validation,
      labels,
      leftOut: [],
      broken: [],
    })
  })

  test('leave nothing out without a word, and keep of each what is wanted', async () => {
    for (const label of ['cat', 'dog'])
      for (let i = 0; i < 2; i++) await write(`some/${label}/${i}.png`, await writePng(ramp(4, 3, i)))
    for (const name of ['dog/a.heic', 'dog/b.gif', 'bird/a.webp']) await write(`some/${name}`, 'another format')
    await write('some/loose.png', await writePng(ramp(4, 3)))
    await mkdir(join(folder, 'some/fish'))
    const half = (picture: Picture): Picture => reducedPicture(picture, { channels: 1, resize: to(2, 2) })
    const { training, labels, leftOut } = await readLabelledPictures(join(folder, 'some'), { keep: half })
    assert.deepEqual(labels, ['cat', 'dog'])
    assert.deepEqual(leftOut, [
      `${join(folder, 'some/bird')}: there is no PNG or JPEG in it, but a.webp. It is no class.`,
      `${join(folder, 'some/dog')}: what is no PNG or JPEG by its name is left out: a.heic and 1 other.`,
      `${join(folder, 'some/fish')}: there is no PNG or JPEG in it. It is no class.`,
      `${join(folder, 'some')}: what lies in no folder of a class is left out: loose.png.`,
    ])
    assert.deepEqual(
      training.map(({ picture }) => [picture.width, picture.height]),
      [
        [2, 2],
        [2, 2],
      ],
    )
  })

  test('that are reduced are prepared to the same numbers, and never grow', () => {
    const colours: Picture = {
      width: 30,
      height: 20,
      channels: 4,
      pixels: Uint8Array.from({ length: 2400 }, (_, i) => (i * i * 7) % 256),
    }
    const crop = { width: 6, height: 6 }
    const ways: readonly Preparation[] = [
      { channels: 3, resize: to(8, 8) },
      { channels: 1, resize: to(8, 5), scale: 1 / 255, mean: [0.4], deviation: [0.2] },
      { channels: 3, resize: { size: { shortest: 7 }, filter: 'bicubic' }, crop },
    ]
    for (const preparation of ways)
      for (const picture of [colours, ramp(30, 20)]) {
        const reduced = reducedPicture(picture, preparation)
        assert.ok(reduced.pixels.length < picture.pixels.length / 4)
        assert.deepEqual(preparedPicture(reduced, preparation), preparedPicture(picture, preparation))
      }
    const small = ramp(4, 3)
    for (const preparation of [...ways, { channels: 3 } as const])
      assert.equal(reducedPicture(small, preparation), small)
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
    let read = 0
    const report = (): unknown => read++
    const refuses = (name: string, message: string) =>
      assert.rejects(readLabelledPictures(join(folder, name), { report }), {
        message: `${join(folder, name)}${message}`,
      })
    await refuses(
      'nowhere',
      ': there is no such folder. Name one with a folder of pictures for each class, or with idx files.',
    )
    await mkdir(join(folder, 'empty'))
    await refuses(
      'empty',
      ': there is no picture in its folders. Name a folder with a folder of PNGs or JPEGs for each class.',
    )
    for (const i of [1, 2]) await write(`one/cat/${i}.png`, await writePng(ramp(2, 2)))
    await refuses(
      'one',
      ': every picture is of the class "cat", so there is nothing to tell apart. Give a folder for each of at least two.',
    )
    for (const i of [1, 2]) await write(`alone/cat/${i}.png`, await writePng(ramp(2, 2)))
    await write('alone/dog/1.png', await writePng(ramp(2, 2)))
    await refuses('alone', ': the class "dog" has 1 picture, of which one is to be held back. Give it at least 2.')
    // Many may take long to be read: what their names tell is told before.
    assert.equal(read, 0)
    await assert.rejects(openPicture(join(folder, 'none.png')), {
      message: `${join(folder, 'none.png')}: there is no such picture. Correct the name.`,
    })
  })

  test('that cannot be read are left out and named, as long as others of their class can be', async () => {
    const whole = await writePng(ramp(20, 20))
    const photo = jpegOf()
    const faults: Readonly<Record<string, readonly [bytes: Uint8Array | string, reason: RegExp]>> = {
      'cut.png': [whole.subarray(0, whole.length - 30), /(cut|damaged|end)/],
      'cut.jpg': [photo.subarray(0, photo.length - 20), /^the JPEG is cut or damaged\. Save it again, or as a PNG\.$/],
      'empty.png': ['', /^the file is empty, and no picture\. Give another\.$/],
      'none.jpg': ['no picture at all', /^this is no picture that can be read\. Give a PNG or a JPEG\.$/],
    }
    for (const label of ['cat', 'dog'])
      for (let i = 0; i < 3; i++) await write(`faults/${label}/${i}.png`, await writePng(ramp(4, 3, i)))
    for (const [name, [bytes]] of Object.entries(faults)) await write(`faults/dog/${name}`, bytes)
    await mkdir(join(folder, 'faults/dog/folder.png'))
    const read: string[] = []
    const report = (done: number, of: number): unknown => read.push(`${done}/${of}`)
    const { training, validation, labels, leftOut, broken } = await readLabelledPictures(join(folder, 'faults'), {
      report,
    })
    assert.deepEqual([training.length + validation.length, labels, leftOut], [6, ['cat', 'dog'], []])
    assert.deepEqual([read[0], read.at(-1), read.length], ['1/11', '11/11', 11])
    assert.equal(broken?.length, 5)
    for (const [name, [, reason]] of Object.entries(faults)) {
      const place = `${join(folder, 'faults/dog', name)}: `
      const told = broken.find((each) => each.startsWith(place))
      assert.match(told?.slice(place.length) ?? '', reason)
      await write(`${name} alone/cat/1.png`, whole)
      await write(`${name} alone/dog/${name}`, faults[name][0])
      await assert.rejects(readAllPictures(join(folder, `${name} alone`)), {
        message: `${join(folder, `${name} alone/dog`)}: its only picture cannot be read: ${told?.replace('faults', `${name} alone`)}`,
      })
    }
    for (const i of [1, 2]) {
      await write(`hopeless/cat/${i}.png`, whole)
      await write(`hopeless/dog/${i}.png`, '')
    }
    await assert.rejects(readLabelledPictures(join(folder, 'hopeless')), {
      message: `${join(folder, 'hopeless/dog')}: none of its 2 pictures can be read. The first: ${join(folder, 'hopeless/dog/1.png')}: the file is empty, and no picture. Give another.`,
    })
    for (const label of ['cat', 'dog']) await write(`few/${label}/1.png`, whole)
    await write('few/cat/2.png', whole)
    await write('few/dog/2.png', '')
    await assert.rejects(readLabelledPictures(join(folder, 'few')), {
      message: `${join(folder, 'few')}: the class "dog" has 1 picture, of which one is to be held back. Give it at least 2. The first of 1 that were left out: ${join(folder, 'few/dog/2.png')}: the file is empty, and no picture. Give another.`,
    })
    await write('said/dark.png', whole)
    await write('said/light.png', '')
    await write('said/grey.webp', 'another format')
    const drawn = await readDrawings(join(folder, 'said'))
    assert.deepEqual(
      [drawn.drawings.map(({ words }) => words), drawn.leftOut],
      [
        ['dark'],
        [
          'grey.webp: this is a picture, but no PNG or JPEG by its name.',
          `${join(folder, 'said/light.png')}: the file is empty, and no picture. Give another.`,
        ],
      ],
    )
  })

  test('may be JPEGs, in grey where they are, beside PNGs, with classes or with words', async () => {
    await write('mixed/red/1.jpg', jpegOf([200, 20, 20]))
    await write('mixed/red/2.JPEG', jpegOf([210, 30, 30]))
    for (const i of [1, 2]) await write(`mixed/grey/${i}.png`, await writePng(ramp(8, 8)))
    const { training, validation, labels } = await readLabelledPictures(join(folder, 'mixed'))
    assert.deepEqual(labels, ['grey', 'red'])
    const all = [...training, ...validation].sort((a, b) => a.name.localeCompare(b.name))
    assert.deepEqual(
      all.map(({ name, picture }) => [name, picture.width, picture.channels]),
      [
        ['grey/1.png', 8, 1],
        ['grey/2.png', 8, 1],
        ['red/1.jpg', 8, 3],
        ['red/2.JPEG', 8, 3],
      ],
    )
    for (const [c, value] of [200, 20, 20].entries()) assert.ok(Math.abs(all[2].picture.pixels[c] - value) <= 3)
    await write('words/dark to bright_1.jpg', jpegOf())
    await write('words/dark to bright_2.png', await writePng(ramp(8, 8)))
    const { drawings } = await readDrawings(join(folder, 'words'))
    assert.deepEqual(
      drawings.map(({ words, picture }) => [words, picture.channels, picture.pixels.length]),
      [
        ['dark to bright', 1, 64],
        ['dark to bright', 1, 64],
      ],
    )
    for (const [x, value] of [0, 30, 60, 90, 120].entries())
      assert.ok(Math.abs(drawings[0].picture.pixels[x] - value) <= 6, `${drawings[0].picture.pixels[x]}`)
  })

  test('with words are equally large, unless they need not be', async () => {
    await write('sizes/dark.png', await writePng(ramp(4, 4)))
    await write('sizes/wide.png', await writePng(ramp(12, 6)))
    const sizes = join(folder, 'sizes')
    await write('sizes/xyz.png', await writePng(ramp(4, 4)))
    let read = 0
    await assert.rejects(readDrawings(sizes, { report: () => read++ }), {
      message: `${sizes}: dark.png is 4 × 4 pixels, but wide.png is 12 × 6. Make all pictures equally large.`,
    })
    assert.equal(read, 1)
    await rm(join(folder, 'sizes/xyz.png'))
    const keep = (picture: Picture): Picture => reducedPicture(picture, { channels: 1, resize: to(5, 5) })
    const { drawings } = await readDrawings(sizes, { keep, areAlike: false })
    assert.deepEqual(
      drawings.map(({ words, picture }) => [words, picture.width, picture.height]),
      [
        ['dark', 4, 4],
        ['wide', 5, 5],
      ],
    )
    await mkdir(join(folder, 'unsaid'))
    await assert.rejects(readDrawings(join(folder, 'unsaid'), { areAlike: false }), {
      message: `${join(folder, 'unsaid')}: there is no PNG or JPEG in it. Name one with PNG or JPEG files, and words as their names or in a pictures.tsv.`,
    })
  })

  test('that are JPEGs say what is needed where the package is not there', async () => {
    const without = jpegDecoder(() => Promise.reject(new Error('Cannot find package')))
    // This is no fault of a file's, of which others could do without.
    await assert.rejects(
      pictureOrReason(() => without(jpegOf(), 'photo.jpg')),
      {
        message:
          'photo.jpg: to read a JPEG the package jpeg-js is needed. Get it with "npm install jpeg-js", or give a PNG.',
      },
    )
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

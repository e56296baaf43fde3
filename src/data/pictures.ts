// Pictures with the classes that they belong to, and what a model learns from them: numbers prepared as its folder says, now and then a
// little to one side, and a label.

import { checkPictureSize, type Picture } from '../image/picture.ts'
import { framedPicture, type Preparation, preparedPicture } from '../image/prepare.ts'
import { randomBits } from '../text/random.ts'
import type { Examples } from './examples.ts'
import { firstLeftOut } from './leftOut.ts'
import { isInShare } from './split.ts'

export interface LabelledPicture {
  /** Its file, or its number where one file has many. */
  readonly name: string
  readonly picture: Picture
  /** The number of its class. */
  readonly label: number
}

/** Pictures to learn from, and others to be measured by. */
export interface LabelledPictures {
  readonly training: readonly LabelledPicture[]
  readonly validation: readonly LabelledPicture[]
  /** The names of the classes, in their order. */
  readonly labels: readonly string[]
  /** Sentences about what was left out. */
  readonly leftOut?: readonly string[]
  /** Sentences about pictures that cannot be read, which are left out too: the name of each, and why. */
  readonly broken?: readonly string[]
}

/**
 * Holds back about a tenth of the pictures of each class, by their names.
 *
 * - `leftOut`: sentences about what was left out before, for messages
 *
 * Throws where there is none, where all are of one class, and where a class has too few to hold one back.
 */
export function splitPictures(
  pictures: readonly LabelledPicture[],
  labels: readonly string[],
  place: string,
  leftOut: readonly string[] = [],
): LabelledPictures {
  const ownOf = labels.map((_, label) => pictures.filter((picture) => picture.label === label))
  checkClasses(
    labels,
    ownOf.map(({ length }) => length),
    place,
    leftOut,
  )
  const [training, validation]: LabelledPicture[][] = [[], []]
  for (const own of ownOf) {
    const held = own.filter((each) => isInShare(each.name, 0.1))
    const back = held.length === 0 || held.length === own.length ? own.slice(-1) : held
    validation.push(...back)
    training.push(...own.filter((each) => !back.includes(each)))
  }
  return { training, validation, labels }
}

/** Throws as `splitPictures` does; `counts`: how many pictures each class has. It may be asked before they are read. */
export function checkClasses(
  labels: readonly string[],
  counts: readonly number[],
  place: string,
  leftOut: readonly string[] = [],
): void {
  if (labels.length === 0) throw noPicture(place, leftOut)
  if (labels.length < 2)
    throw new Error(
      `${place}: every picture is of the class "${labels[0]}", so there is nothing to tell apart. Give a folder for each of at least two.${firstLeftOut(leftOut)}`,
    )
  const few = counts.findIndex((count) => count < 2)
  if (few >= 0)
    throw new Error(
      `${place}: the class "${labels[few]}" has ${counts[few]} ${counts[few] === 1 ? 'picture' : 'pictures'}, of which one is to be held back. Give it at least 2.${firstLeftOut(leftOut)}`,
    )
}

/** The error for a folder without a picture; `leftOut`: sentences about what is there. */
export const noPicture = (place: string, leftOut: readonly string[]): Error =>
  new Error(
    `${place}: there is no picture in its folders. Name a folder with a folder of PNGs or JPEGs for each class.${firstLeftOut(leftOut)}`,
  )

/** The pictures of idx files: bytes of grey, row by row, and a label for each. `place`: the files' folder. */
export function picturesOfIdx(images: Idx, labels: Idx, place: string): LabelledPicture[] {
  const [count, height, width] = images.sizes
  if (images.sizes.length !== 3 || labels.sizes.length !== 1 || labels.sizes[0] !== count)
    throw new Error(
      `${place}: there are pictures of ${images.sizes.join(' × ')} and labels of ${labels.sizes.join(' × ')}. Give as many labels as pictures.`,
    )
  checkPictureSize(place, width, height)
  return Array.from({ length: count }, (_, i) => {
    const pixels = images.bytes.subarray(i * width * height, (i + 1) * width * height)
    return { name: `${i}`, picture: { width, height, channels: 1, pixels }, label: labels.bytes[i] }
  })
}

/** An array of bytes with its sizes. */
export interface Idx {
  readonly sizes: readonly number[]
  readonly bytes: Uint8Array
}

/** Parses an idx file: two zeros, 8 for bytes, the number of axes, their sizes, and the bytes (LeCun's MNIST page). */
export function parseIdx(file: Uint8Array, place: string): Idx {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const axes = file[3]
  if (file.length < 4 || file[0] !== 0 || file[1] !== 0 || file[2] !== 8 || axes < 1 || axes > 4)
    throw new Error(`${place}: this is no idx file of bytes. Give MNIST's files as they are.`)
  if (file.length < 4 + 4 * axes) throw new Error(`${place}: the idx file is cut within its head. Copy it again.`)
  const sizes = Array.from({ length: axes }, (_, i) => view.getUint32(4 + 4 * i))
  const count = sizes.reduce((cells, size) => cells * size, 1)
  const bytes = file.subarray(4 + 4 * axes)
  if (bytes.length !== count)
    throw new Error(
      `${place}: the idx file has ${bytes.length} bytes, but ${sizes.join(' × ')} are ${count}. Copy it again.`,
    )
  return { sizes, bytes }
}

export interface PictureExampleOptions {
  readonly preparation: Preparation
  /** The most pixels by which a picture is moved, up or down and to a side, in training; 0 if not given. */
  readonly shift?: number
  readonly seed?: number
}

/**
 * Examples of labelled pictures: `pixels` (batch, channel, down, across) and `labels` (batch). In training each is moved anew in every
 * epoch; what comes in is the pixel at the edge.
 */
export function pictureExamples(
  pictures: readonly Pick<LabelledPicture, 'picture' | 'label'>[],
  { preparation, shift = 0, seed = 0 }: PictureExampleOptions,
): Examples {
  const { resize: _, crop: __, ...numbers } = preparation
  const framed = pictures.map(({ picture }) => framedPicture(picture, preparation))
  const [{ width, height }] = framed
  const { channels } = preparation
  const other = framed.find((each) => each.width !== width || each.height !== height)
  if (other)
    throw new Error(
      `pictures: one is ${width} × ${height} pixels when it is prepared, another ${other.width} × ${other.height}. Prepare them to one size.`,
    )
  const numberOf = numbersOfPixels(numbers)
  const sides = 2 * shift + 1
  return {
    count: pictures.length,
    fields: {
      pixels: { sizes: { channel: channels, down: height, across: width }, holds: 'numbers', fill: 0 },
      labels: { fill: -1 },
    },
    lengths: {},
    row(example, epoch) {
      const bits = shift === 0 || epoch < 0 ? 0 : randomBits(seed, epoch, example)
      const [down, across] = bits === 0 ? [0, 0] : [(bits % sides) - shift, ((bits >>> 8) % sides) - shift]
      return { pixels: preparedAside(framed[example], down, across, numberOf), labels: pictures[example].label }
    },
  }
}

/** The number that stands for each byte in each channel, (channel, byte): a picture has few different ones, and a batch many pixels. */
function numbersOfPixels(preparation: Preparation): Float32Array {
  const { channels } = preparation
  const pixels = Uint8Array.from({ length: 256 * channels }, (_, i) => Math.floor(i / channels))
  return preparedPicture({ width: 256, height: 1, channels, pixels }, preparation).pixels
}

const within = (place: number, size: number): number => Math.min(size - 1, Math.max(0, place))

/** The numbers of the picture moved down and to the right, channel by channel; the pixels at its edges are repeated. */
function preparedAside(
  { width, height, channels, pixels }: Picture,
  down: number,
  across: number,
  numberOf: Float32Array,
): Float32Array {
  const made = new Float32Array(pixels.length)
  const columns = new Int32Array(width)
  for (let x = 0; x < width; x++) columns[x] = within(x - across, width)
  let at = 0
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++) {
      const row = within(y - down, height) * width
      for (let x = 0; x < width; x++) made[at++] = numberOf[256 * c + pixels[(row + columns[x]) * channels + c]]
    }
  return made
}

/** The mean and deviation of each channel, as shares of 255, over at most so many pictures spread over all. */
export function pictureStatistics(
  pictures: readonly Pick<LabelledPicture, 'picture'>[],
  preparation: Preparation,
  most = 2000,
): { readonly mean: number[]; readonly deviation: number[] } {
  const { channels } = preparation
  const sums = new Float64Array(channels)
  const squares = new Float64Array(channels)
  let count = 0
  const step = Math.max(1, Math.floor(pictures.length / most))
  for (let i = 0; i < pictures.length; i += step) {
    const { pixels } = framedPicture(pictures[i].picture, preparation)
    count += pixels.length / channels
    for (let k = 0; k < pixels.length; k++) {
      sums[k % channels] += pixels[k] / 255
      squares[k % channels] += (pixels[k] / 255) ** 2
    }
  }
  const rounded = (number: number): number => Math.round(number * 1e4) / 1e4
  const mean = Array.from(sums, (sum) => sum / count)
  const deviation = mean.map((each, c) => Math.sqrt(Math.max(0, squares[c] / count - each * each)))
  // Pictures of one colour have no deviation: nothing is divided by it.
  return { mean: mean.map(rounded), deviation: deviation.map((each) => rounded(each) || 1) }
}

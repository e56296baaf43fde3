// From a picture to the numbers that a model reads: resized, its middle cut out, scaled, and normalised for each channel.
//
//   number = (pixel · scale − mean) / deviation

import { centreCrop, type Picture, type PictureSize, withChannels } from './picture.ts'
import { type ResampleFilter, resized } from './resize.ts'

/** The way that pictures are prepared. Steps that are left out are not done. */
export interface Preparation {
  /** 1: grey; 3: red, green and blue. */
  readonly channels: 1 | 3
  /** A size, or how long the shorter edge is to be, the longer one in proportion. */
  readonly resize?: {
    readonly size: PictureSize | { readonly shortest: number }
    readonly filter: ResampleFilter
  }
  readonly crop?: PictureSize
  /** The factor of a pixel; 1 / 255 makes numbers from 0 to 1. */
  readonly scale?: number
  /** The number that is subtracted from each channel, and the one that it is then divided by. */
  readonly mean?: readonly number[]
  readonly deviation?: readonly number[]
}

/** The numbers of a prepared picture, channel by channel, row by row. */
export interface Prepared {
  readonly channel: number
  readonly down: number
  readonly across: number
  readonly pixels: Float32Array
}

/** Prepares a picture for a model. */
export function preparedPicture(picture: Picture, preparation: Preparation): Prepared {
  const { channels, scale = 1, mean, deviation } = preparation
  const { width, height, pixels } = framedPicture(picture, preparation)
  const area = width * height
  const numbers = new Float32Array(channels * area)
  for (let c = 0; c < channels; c++) {
    const [subtracted, divided] = [mean?.[c] ?? 0, deviation?.[c] ?? 1]
    for (let i = 0; i < area; i++)
      numbers[c * area + i] = (Math.fround(pixels[i * channels + c] * scale) - subtracted) / divided
  }
  return { channel: channels, down: height, across: width, pixels: numbers }
}

/** The part of a picture that a model sees, as pixels: resized and cropped. */
export function framedPicture(picture: Picture, { channels, resize, crop }: Preparation): Picture {
  const coloured = withChannels(picture, channels)
  const sized = resize ? resized(coloured, sizeOfResized(coloured, resize.size), resize.filter) : coloured
  return crop ? centreCrop(sized, crop) : sized
}

/**
 * The picture as small as it is resized anyway, and prepared to the same numbers as before: what is kept of many, of which some may be
 * photographs. One that would grow stays as it is.
 */
export function reducedPicture(
  picture: Picture,
  { channels, resize }: Pick<Preparation, 'channels' | 'resize'>,
): Picture {
  if (!resize) return picture
  const size = sizeOfResized(picture, resize.size)
  if (size.width * size.height >= picture.width * picture.height) return picture
  // What is in grey stays so, in a third of the memory.
  return framedPicture(picture, { channels: picture.channels <= 2 ? 1 : channels, resize })
}

function sizeOfResized({ width, height }: PictureSize, size: PictureSize | { readonly shortest: number }): PictureSize {
  if (!('shortest' in size)) return size
  const { shortest } = size
  const longest = Math.trunc((shortest * Math.max(width, height)) / Math.min(width, height))
  return width <= height ? { width: shortest, height: longest } : { width: longest, height: shortest }
}

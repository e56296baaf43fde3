// The codec of pictures: a picture is cut into patches, row by row, and each patch is the id of its nearest code. Joined again, codes
// are the picture, or as near to it as the codebook comes.
//
//   picture (height, width, channels)   ↔   patches (patch.height · patch.width · channels numbers each)   ↔   ids

import type { Channels, Picture, PictureSize } from '../image/picture.ts'
import { shuffled } from '../text/random.ts'
import type { Codebook } from './codebook.ts'
import { codebookOf } from './codebookOf.ts'

export interface PictureLayout extends PictureSize {
  readonly channels: Channels
  /** The size of a patch, of which whole ones make a row and a column. */
  readonly patch: PictureSize
}

/** Pictures of one size as ids. */
export class PictureCodec {
  readonly kind = 'picture'
  readonly codebook: Codebook
  readonly layout: PictureLayout

  /** Throws where patches do not cover the picture, or codes are no patches. */
  constructor(codebook: Codebook, layout: PictureLayout, place = 'codec') {
    const { width, height, channels, patch } = layout
    if (width % patch.width !== 0 || height % patch.height !== 0)
      throw new Error(
        `${place}: patches of ${sizeText(patch)} do not cover pictures of ${sizeText(layout)}. Choose a patch whose sides divide theirs.`,
      )
    if (codebook.width !== patch.width * patch.height * channels)
      throw new Error(
        `${place}: its codes have ${codebook.width} numbers, but a patch of ${sizeText(patch)} with ${channels} in each pixel has ${patch.width * patch.height * channels}. Give the codebook that belongs to it.`,
      )
    this.codebook = codebook
    this.layout = layout
  }

  /** The number of patches in a row of them, and the number of rows. */
  get grid(): { readonly across: number; readonly down: number } {
    const { width, height, patch } = this.layout
    return { across: width / patch.width, down: height / patch.height }
  }

  /** The number of ids of a picture. */
  get length(): number {
    return this.grid.across * this.grid.down
  }

  /** The ids of a picture. Throws for one of another size. */
  encode(picture: Picture): Int32Array {
    return this.codebook.encode(patchesOf(picture, this.layout))
  }

  /** The picture of ids; of fewer than it has patches, the first, and black behind them. */
  decode(ids: ArrayLike<number>): Picture {
    const { width, height, channels, patch } = this.layout
    if (ids.length > this.length)
      throw new Error(`codec: ${ids.length} ids are more than a picture's ${this.length} patches. Give no more.`)
    const pixels = new Uint8Array(width * height * channels)
    const vectors = this.codebook.decode(ids)
    const wide = patch.width * channels
    for (let i = 0; i < ids.length; i++) {
      const at = placeOf(i, this.layout)
      for (let row = 0; row < patch.height; row++)
        for (let j = 0; j < wide; j++)
          pixels[at + row * width * channels + j] = byteOf(vectors[(i * patch.height + row) * wide + j])
    }
    return { width, height, channels, pixels }
  }

  /** All that is to be known of it beside its codes. */
  toJSON(): { readonly kind: 'picture' } & PictureLayout {
    return { kind: this.kind, ...this.layout }
  }
}

export interface PictureCodecOptions {
  readonly patch: PictureSize
  /** The most codes. */
  readonly codes: number
  readonly seed: number
}

/** The number of pictures whose patches decide what the codes are: of more, so many are drawn. */
const mostPictures = 8192

/** A codec for pictures like these. Throws where there is none, and where they are not all of one size. */
export function pictureCodecOf(
  pictures: readonly Picture[],
  { patch, codes, seed }: PictureCodecOptions,
): PictureCodec {
  if (pictures.length === 0) throw new Error('codec: there is no picture. Give at least one.')
  const { width, height, channels } = pictures[0]
  const layout = { width, height, channels, patch }
  const count = Math.min(pictures.length, mostPictures)
  const one = width * height * channels
  const vectors = new Float32Array(count * one)
  for (let i = 0; i < count; i++)
    vectors.set(patchesOf(pictures[shuffled(i, pictures.length, seed, 0)], layout), i * one)
  const codebook = codebookOf(vectors, { width: patch.width * patch.height * channels, codes, seed })
  return new PictureCodec(codebook, layout)
}

/** `28 × 28` */
export const sizeText = ({ width, height }: PictureSize): string => `${width} × ${height}`

/** The patches of a picture, row by row. */
function patchesOf({ pixels, ...picture }: Picture, layout: PictureLayout): Float32Array {
  const { width, height, channels, patch } = layout
  if (picture.width !== width || picture.height !== height || picture.channels !== channels)
    throw new Error(
      `codec: the picture is ${sizeText(picture)} with ${picture.channels} in each pixel, but the codec is for ${sizeText(layout)} with ${channels}. Resize it.`,
    )
  const wide = patch.width * channels
  const vectors = new Float32Array(pixels.length)
  const count = vectors.length / (wide * patch.height)
  for (let i = 0, to = 0; i < count; i++) {
    const at = placeOf(i, layout)
    for (let row = 0; row < patch.height; row++, to += wide)
      for (let j = 0; j < wide; j++) vectors[to + j] = pixels[at + row * width * channels + j]
  }
  return vectors
}

/** The place of a patch's first number among those of a picture. */
function placeOf(patchNumber: number, { width, channels, patch }: PictureLayout): number {
  const across = width / patch.width
  const row = Math.floor(patchNumber / across)
  return (row * patch.height * width + (patchNumber % across) * patch.width) * channels
}

const byteOf = (number: number): number => Math.min(255, Math.max(0, Math.round(number)))

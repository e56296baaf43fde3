// Patches: a picture cut into rectangles that do not overlap, each made a vector by one product.
//
//   patch[position, channel, down, across] = pixels[channel, row · height + down, column · width + across]
//   vector = patch · weight + bias
//
// That is a convolution whose steps are as long as its window is wide. Patches are counted along rows; rows and columns that fill no patch
// are left out. Dosovitskiy et al. 2020, section 3.1.

import type { Start, Tensor } from '../tensor/node.ts'
import { gather, size, table } from '../tensor/primitives.ts'
import { Linear } from './linear.ts'
import type { Stream } from './stream.ts'

/** Sizes of a picture, or of a part of one: how many rows and columns. */
export interface Extents {
  readonly down: number
  readonly across: number
}

/** The numbers of pictures: a row of columns for each channel. */
export type Pixels = Tensor<'batch' | 'channel' | 'down' | 'across'>

/** The patches of a picture: how many rows and columns of them. */
export const gridOf = (picture: Extents, patch: Extents): Extents => ({
  down: Math.floor(picture.down / patch.down),
  across: Math.floor(picture.across / patch.across),
})

export class PatchEmbedding {
  readonly projection: Linear<'channel' | 'down' | 'across', 'model'>
  readonly patch: Extents

  constructor({
    channel,
    patch,
    model,
    bias = true,
    start = { normal: 1 / Math.sqrt(channel * patch.down * patch.across) },
  }: {
    channel: number
    patch: Extents
    model: number
    bias?: boolean
    start?: Start
  }) {
    this.projection = new Linear({ from: { channel, ...patch }, to: { model }, bias, start })
    this.patch = patch
  }

  /** A vector for every patch. */
  apply(pixels: Pixels): Stream {
    const { patch } = this
    const grid = gridOf({ down: size(pixels, 'down'), across: size(pixels, 'across') }, patch)
    const position = grid.down * grid.across
    const row = (cell: number): number => Math.floor(Math.floor(cell / patch.down) / grid.across)
    const rows = table(
      { position, down: patch.down },
      Array.from({ length: position * patch.down }, (_, i) => row(i) * patch.down + (i % patch.down)),
    )
    const column = (cell: number): number => Math.floor(cell / patch.across) % grid.across
    const columns = table(
      { position, across: patch.across },
      Array.from({ length: position * patch.across }, (_, i) => column(i) * patch.across + (i % patch.across)),
    )
    const cut = gather(gather(pixels, rows, 'down') as Pixels, columns, 'across')
    return this.projection.apply<'batch' | 'position'>(
      cut as Tensor<'batch' | 'position' | 'channel' | 'down' | 'across'>,
    )
  }
}

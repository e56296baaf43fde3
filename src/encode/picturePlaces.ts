// How a picture becomes positions in an encoder of pictures: the tokens that stand before the patches, and the patches, row by row.

import type { ModelSizes } from '../checkpoint/blueprint.ts'
import { type Extents, gridOf } from '../model/patchEmbedding.ts'

export interface PicturePlaces {
  readonly patch: Extents
  readonly grid: Extents
  /** The number of tokens before the patches. */
  readonly before: number
}

/** The positions of a picture of this size in a model of these sizes. */
export function picturePlaces(picture: Extents, sizes: ModelSizes): PicturePlaces {
  const { down, across, patchDown, patchAcross, context } = sizes
  const patch = { down: patchDown, across: patchAcross }
  const learnt = gridOf({ down, across }, patch)
  // The context of a model that reads texts too is theirs; it has the class token alone.
  const before = 'vocab' in sizes ? 1 : context - learnt.down * learnt.across
  return { patch, grid: gridOf(picture, patch), before }
}

/** The names of the positions: "class", and the row and column of each patch. */
export const placeNames = ({ grid, before }: Omit<PicturePlaces, 'patch'>): string[] => [
  ...['class', 'distillation'].slice(0, before),
  ...Array.from({ length: grid.down * grid.across }, (_, i) => `${Math.floor(i / grid.across)}·${i % grid.across}`),
]

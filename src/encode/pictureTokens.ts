// The positions of a picture in an encoder of pictures: the tokens that stand before the patches, and the patches, row by row.

import type { ModelSizes } from '../checkpoint/blueprint.ts'
import { type Extents, gridOf } from '../model/patchEmbedding.ts'

/** The names of the positions: "class", and the row and column of each patch. */
export const pictureTokens = (grid: Extents, before: number): string[] => [
  ...['class', 'distillation'].slice(0, before),
  ...Array.from({ length: grid.down * grid.across }, (_, i) => `${Math.floor(i / grid.across)}·${i % grid.across}`),
]

/** The number of tokens before the patches; of a model that reads texts too, whose context is theirs, it is the class token alone. */
export function tokensBefore(sizes: ModelSizes): number {
  const { down, across, patchDown, patchAcross, context } = sizes
  const grid = gridOf({ down, across }, { down: patchDown, across: patchAcross })
  return 'vocab' in sizes ? 1 : context - grid.down * grid.across
}

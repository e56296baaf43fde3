// A picture cut into patches, as figures are laid over it.

import type { Extents } from '../model/patchEmbedding.ts'

export interface PatchedPicture {
  /** The rows and columns of its patches. */
  readonly grid: Extents
  /** The number of positions before those of the patches: the class token, and what stands beside it. */
  readonly before: number
  /** The picture as the model reads it, as the address of an image. */
  readonly address: string
}

// cutaway attention, of a picture: where the class token of a model, or one of its patches, looks, head by head.

import type { Looking } from '../inspect/editedPass.ts'
import { pictureAttention } from '../inspect/heads/pictureAttention.ts'
import { overlayFigure } from '../show/overlayFigure.ts'
import type { PatchedPicture } from '../show/patchedPicture.ts'
import type { Found } from './lookInside.ts'

interface Values {
  readonly patch?: number | undefined
  readonly layer?: readonly number[] | undefined
  readonly head?: readonly number[] | undefined
}

/** The attention of a model on a picture. */
export async function attentionOnPicture(
  looking: Looking,
  { grid, before, address }: PatchedPicture,
  { patch, layer: layers, head: heads }: Values,
): Promise<Found> {
  if (patch !== undefined && patch >= grid.down * grid.across)
    throw new Error(
      `attention: there is no patch ${patch}; the picture has ${grid.down} rows of ${grid.across}, counted from 0.`,
    )
  const position = patch === undefined ? 0 : before + patch
  const facts = await pictureAttention({ ...looking, grid, layers, heads, position })
  return { facts, figure: () => overlayFigure(facts, address) }
}

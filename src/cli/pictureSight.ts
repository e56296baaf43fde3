// A picture in a run, as commands that look inside have it: what the model reads of it, and what its positions are called.

import { picturePlaces, placeNames } from '../encode/picturePlaces.ts'
import type { seenPicture } from '../encode/seen.ts'
import { writePng } from '../image/writePng.ts'
import { pictureOf } from '../model/pictureEncoder.ts'
import type { PatchedPicture } from '../show/patchedPicture.ts'
import type { OpenRun } from './openRun.ts'

/** A picture that a run sees, cut into patches. `tokens`: the names of its positions. */
export async function pictureSight(
  { model, blueprint }: OpenRun,
  { pixels, down, across, seen }: ReturnType<typeof seenPicture>,
): Promise<{ readonly pixels: Float32Array; readonly tokens: readonly string[]; readonly picture: PatchedPicture }> {
  const { grid, before } = picturePlaces(pictureOf(model) ?? { down, across }, blueprint.sizes)
  const png = await writePng(seen)
  return {
    pixels,
    tokens: placeNames({ grid, before }),
    picture: { grid, before, address: `data:image/png;base64,${Buffer.from(png).toString('base64')}` },
  }
}

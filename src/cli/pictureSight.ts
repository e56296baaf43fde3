// A picture in a run, as commands that look inside have it: what the model reads of it, and what its positions are called.

import type { ModelSizes } from '../checkpoint/blueprint.ts'
import type { seenPicture } from '../encode/seen.ts'
import { writePng } from '../image/writePng.ts'
import { gridOf } from '../model/patchEmbedding.ts'
import { pictureOf } from '../model/pictureEncoder.ts'
import type { PatchedPicture } from '../show/patchedPicture.ts'
import type { OpenRun } from './openRun.ts'

/** A picture that a run sees, cut into patches. `tokens`: the names of its positions. */
export async function pictureSight(
  { model, blueprint }: OpenRun,
  { pixels, down, across, seen }: ReturnType<typeof seenPicture>,
): Promise<{ readonly pixels: Float32Array; readonly tokens: readonly string[]; readonly picture: PatchedPicture }> {
  const { patchDown, patchAcross } = blueprint.sizes
  const own = pictureOf(model) ?? { down, across }
  const grid = gridOf(own, { down: patchDown, across: patchAcross })
  const before = tokensBefore(blueprint.sizes)
  const patches = Array.from(
    { length: grid.down * grid.across },
    (_, i) => `${Math.floor(i / grid.across)}·${i % grid.across}`,
  )
  const png = await writePng(seen)
  return {
    pixels,
    tokens: [...['class', 'distillation'].slice(0, before), ...patches],
    picture: { grid, before, address: `data:image/png;base64,${Buffer.from(png).toString('base64')}` },
  }
}

/** The number of tokens before the patches; of a model that reads texts too, whose context is theirs, it is the class token alone. */
export function tokensBefore(sizes: ModelSizes): number {
  const { down, across, patchDown, patchAcross, context } = sizes
  const grid = gridOf({ down, across }, { down: patchDown, across: patchAcross })
  return 'vocab' in sizes ? 1 : context - grid.down * grid.across
}

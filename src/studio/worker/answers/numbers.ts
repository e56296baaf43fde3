// Numbers of values: as they are, the gradient of the loss at them, or by how much they differ from those of what is held beside them.

import { changeOf } from '../../../inspect/changes.ts'
import { readGradients } from '../../../inspect/gradients.ts'
import type { NumbersAt, QuestionOf, Scene } from '../../talk/questions.ts'
import { besideScene, openScene } from '../scene.ts'
import type { Showroom } from '../showroom.ts'
import { axisFacts } from './sceneFacts.ts'

/** The most bytes of what is sent to the page at once. */
const limit = 2 ** 26

export async function numbersAt(
  room: Showroom,
  { scene, addresses, facet, beside = {} }: QuestionOf<'numbers'>,
): Promise<readonly NumbersAt[]> {
  const found = await room.turns.look(async () => {
    const looking = (of: Scene) => openScene(room.shown(of.step), of).looking
    if (facet === 'gradient') return (await readGradients({ ...looking(scene), addresses, limit })).gradients
    if (facet === 'value') return room.readers.read(looking(scene), addresses, limit)
    // One after the other: steps of the past share one model.
    const before = await room.readers.read(looking(besideScene(scene, beside)), addresses, limit)
    return changeOf(before, await room.readers.read(looking(scene), addresses, limit))
  })
  return [...found].map(([address, { axes, data }]) => ({
    address,
    axes: axisFacts(axes),
    data: Float32Array.from(data),
  }))
}

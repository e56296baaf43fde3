// Numbers of values: as they are, the gradient of the loss at them, or by how much they differ from those of what is held beside them.

import type { Values } from '../../../engine/engine.ts'
import { changeOf } from '../../../inspect/changes.ts'
import type { Looking } from '../../../inspect/editedPass.ts'
import { readGradients } from '../../../inspect/gradients.ts'
import type { NumbersAt, QuestionOf, Scene } from '../../talk/questions.ts'
import { axesOfInput, besideScene, openScene } from '../scene.ts'
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
    if (facet === 'value') return readAll(room, looking(scene), addresses)
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

/** Values as they are; what the model is given is there without a run. */
async function readAll(room: Showroom, looking: Looking, addresses: readonly string[]): Promise<Map<string, Values>> {
  const given = new Map<string, Values>()
  for (const address of addresses) {
    const own = givenValue(looking, address)
    if (own) given.set(address, own)
  }
  const others = addresses.filter((address) => !given.has(address))
  if (others.length === 0) return given
  return new Map([...given, ...(await room.readers.read(looking, others, limit))])
}

function givenValue(looking: Looking, address: string): Values | undefined {
  const data = looking.inputs[address]
  const axes = data && axesOfInput(looking, address)
  return axes && { axes, data: Float32Array.from(data) }
}

// Numbers of values: as they are, the gradient of the loss at them, or by how much the edits change them.

import type { Values } from '../../../engine/engine.ts'
import { changeOf } from '../../../inspect/changes.ts'
import type { Looking } from '../../../inspect/editedPass.ts'
import { readGradients } from '../../../inspect/gradients.ts'
import { read } from '../../../inspect/read.ts'
import type { Facet, NumbersAt, QuestionOf } from '../../talk/questions.ts'
import { openScene } from '../scene.ts'
import type { Workshop } from '../workshop.ts'
import { axisFacts } from './sceneFacts.ts'

/** The most bytes of what is sent to the page at once. */
const limit = 2 ** 26

export async function numbersAt(
  workshop: Workshop,
  { scene, addresses, facet }: QuestionOf<'numbers'>,
): Promise<readonly NumbersAt[]> {
  const found = await workshop.look(scene.step, (shown) => readFacet(openScene(shown, scene).looking, addresses, facet))
  return [...found].map(([address, { axes, data }]) => ({
    address,
    axes: axisFacts(axes),
    data: Float32Array.from(data),
  }))
}

async function readFacet(
  looking: Looking,
  addresses: readonly string[],
  facet: Facet,
): Promise<ReadonlyMap<string, Values>> {
  if (facet === 'gradient') return (await readGradients({ ...looking, addresses, limit })).gradients
  const values = await read({ ...looking, addresses, limit })
  if (facet === 'value') return values
  return changeOf(await read({ ...looking, edits: [], addresses, limit }), values)
}

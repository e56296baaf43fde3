// The numbers that the page shows, computed once more by the reference engine, with the weights of the same moment.

import { getWeights, setWeights } from '../../../checkpoint/engineWeights.ts'
import { reference } from '../../../engine/reference.ts'
import { checkShown, type ShownCheck } from '../../../inspect/proofs/shownNumbers.ts'
import { matrixProducts } from '../../../inspect/shapes/products.ts'
import type { QuestionOf } from '../../talk/questions.ts'
import { openScene, passOver } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

/** The reference engine takes some seconds for so many operations. */
const mostOperations = 3e8

export function checkedNumbers(room: Showroom, { scene, shown: numbers }: QuestionOf<'check'>): Promise<ShownCheck> {
  return room.look(scene.step, async (shown) => {
    const opened = openScene(shown, scene)
    const operations = matrixProducts(passOver(opened)).reduce((sum, { flops }) => sum + flops, 0)
    if (operations > mostOperations)
      throw new Error(
        `check: one pass takes ${Math.round(operations / 1e6)} million operations, and the reference engine, which is slow, is asked for ${mostOperations / 1e6} million at most. Take a shorter sentence.`,
      )
    const engine = reference()
    const { model } = shown
    setWeights(engine, model, await getWeights(shown.engine, model))
    return checkShown({ ...opened.looking, engine, ...numbers })
  })
}

// The ledger: the operations of the model over a scene, in order.

import type { ModelOperation } from '../../../inspect/shapes/operation.ts'
import { modelOperations } from '../../../inspect/shapes/operations.ts'
import type { QuestionOf } from '../../talk/questions.ts'
import { openScene, passOver } from '../scene.ts'
import type { Showroom } from '../showroom.ts'
import { reasonsOf } from './reasons.ts'

export async function ledgerLines(room: Showroom, { scene }: QuestionOf<'ledger'>): Promise<readonly ModelOperation[]> {
  const opened = openScene(room.shown(), scene)
  return modelOperations(passOver(opened), reasonsOf(opened, scene))
}

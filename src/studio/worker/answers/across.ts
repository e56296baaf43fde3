// How much each position of a scene looks at each place of its source.

import { type AcrossShares, acrossShares } from '../../../inspect/heads/acrossShares.ts'
import type { QuestionOf } from '../../talk/questions.ts'
import { openScene } from '../scene.ts'
import type { Showroom } from '../showroom.ts'

export const lookAcross = (room: Showroom, { scene, head }: QuestionOf<'across'>): Promise<AcrossShares> =>
  room.look(scene.step, (shown) => acrossShares(openScene(shown, scene).looking, head))

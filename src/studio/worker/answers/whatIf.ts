// What a model of another size would cost, or why there is none.

import { type WhatIf, whatIf } from '../../../runs/whatIf.ts'
import type { QuestionOf } from '../../talk/questions.ts'
import type { Showroom } from '../showroom.ts'

export const otherSize = async ({ run }: Showroom, { size, is }: QuestionOf<'whatIf'>): Promise<WhatIf> =>
  whatIf(run.blueprint, { size, is })

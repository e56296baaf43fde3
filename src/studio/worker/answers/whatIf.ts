// What a model of another size would cost, or why there is none.

import { type WhatIf, whatIf } from '../../../runs/whatIf.ts'
import type { QuestionOf } from '../../talk/questions.ts'
import type { Workshop } from '../workshop.ts'

export const otherSize = async ({ run }: Workshop, { size, is }: QuestionOf<'whatIf'>): Promise<WhatIf> =>
  whatIf(run.blueprint, { size, is })

// The training that questions about attention begin with: rotary positions and a high rate that falls, so that a model soon looks at
// more than the last characters, and all of these questions compare with the same one.

import type { LabSize } from './question.ts'
import type { SmallModel } from './smallChoices.ts'
import type { SmallLearning } from './trained.ts'

export const lean = (
  size: LabSize,
  model: Partial<SmallModel> = {},
): { model: Partial<SmallModel>; learning: Partial<SmallLearning> } => ({
  model: { positions: 'rotary', ...model },
  learning: { steps: size === 'full' ? 1000 : 300, rate: 3e-3, warmup: 20, schedule: 'cosine' },
})

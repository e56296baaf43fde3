import type { LabQuestion, LabSize } from '../question.ts'
import type { SmallModel } from '../smallChoices.ts'
import { type SmallLearning, trained } from '../trained.ts'

/** Rotary positions and a high rate: a model that soon knows more than pairs. */
export const fast = (
  size: LabSize,
  model: Partial<SmallModel> = {},
): { model: Partial<SmallModel>; learning: Partial<SmallLearning> } => ({
  model: { positions: 'rotary', ...model },
  learning: { steps: size === 'full' ? 1500 : 400, rate: 3e-3, schedule: 'cosine' },
})

/** No layer at all, one, and two. */
export const zeroOneTwoLayers: LabQuestion = {
  name: 'zero-one-two-layers',
  asks: 'What can zero, one and two layers know?',
  setting:
    'Without layers a model is the product of two tables: which token follows which. One and two layers with rotary positions, four heads and an MLP.',
  published:
    'A mathematical framework for transformer circuits (Elhage et al. 2021): zero layers model pairs of tokens, one layer adds skip-trigrams, two layers can compose heads. Counted pairs are the exact answer for zero.',
  measures: {
    loss: { title: 'Loss on what was held back', unit: 'nats per character', better: 'lower', margin: 0.02 },
  },
  claims: [
    {
      measure: 'loss',
      of: 'zero',
      against: { value: 'bigram', called: 'counting pairs' },
      expects: 'no difference',
    },
    { measure: 'loss', of: 'one', against: 'zero', expects: 'better' },
    { measure: 'loss', of: 'two', against: 'one', expects: 'better' },
  ],
  variants: (size) => [
    {
      name: 'zero',
      ...trained(size, {
        model: { layers: 0, positions: 'none', norm: 'none' },
        learning: { steps: 800, batch: 64, rate: 0.02, schedule: 'cosine' },
      }),
    },
    { name: 'one', ...trained(size, fast(size, { layers: 1 })) },
    { name: 'two', ...trained(size, fast(size)) },
  ],
}

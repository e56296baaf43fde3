import { concentration } from '../concentration.ts'
import { lean } from '../lean.ts'
import type { LabQuestion } from '../question.ts'
import { trained } from '../trained.ts'

const untrained = [16, 64, 256].flatMap((key) =>
  [true, false].map((isScaled) => ({
    name: `${isScaled ? 'divided' : 'whole'}, random, d_k ${key}`,
    ...concentration({ key, isScaled }),
  })),
)

/** The division of scores by √d_k. */
export const whyScale: LabQuestion = {
  name: 'why-scale',
  asks: 'Why are scores divided by √d_k?',
  setting:
    'Trained with scores that are divided or whole, with four heads of 16 numbers and weights that begin small; and with one head of 64 whose queries and keys begin with variance 1. Variance of the scores, entropy of the patterns, and 1 − Σp², the slope that softmax has left: of 64 random queries of variance 1 that meet 64 such keys, before anything is learnt.',
  published:
    'Attention is all you need (Vaswani et al. 2017, section 3.2.1): large dot products push softmax to where its derivative is extremely small; note 4: their variance is d_k. No numbers without the division are given there. Table 3 (B): d_k 16, 32, 64: perplexity 5.16, 5.01, 4.92.',
  measures: {
    loss: { title: 'Loss', unit: 'nats per character', better: 'lower', margin: 0.05 },
    variance: { title: 'Variance', unit: 'times', better: 'lower', margin: 0.3 },
    entropy: { title: 'Entropy', unit: 'share of ln 64', better: 'higher', margin: 0.05 },
    slope: { title: 'Slope', unit: 'share', better: 'higher', margin: 0.05 },
  },
  seeds: 5,
  claims: [
    { measure: 'loss', of: 'whole, d_k 16', against: 'divided, d_k 16', expects: 'no difference' },
    { measure: 'loss', of: 'whole, d_k 64, even start', against: 'divided, d_k 64, even start', expects: 'worse' },
    ...[16, 64, 256].map((key) => ({
      measure: 'variance',
      of: `divided, random, d_k ${key}`,
      against: { value: 1, called: 'one' },
      expects: 'no difference' as const,
    })),
    {
      measure: 'entropy',
      of: 'divided, random, d_k 256',
      against: 'divided, random, d_k 16',
      expects: 'no difference',
    },
    { measure: 'entropy', of: 'whole, random, d_k 256', against: 'divided, random, d_k 256', expects: 'worse' },
    { measure: 'slope', of: 'whole, random, d_k 256', against: 'divided, random, d_k 256', expects: 'worse' },
  ],
  variants: (size) => [
    { name: 'divided, d_k 16', ...trained(size, lean(size)) },
    { name: 'whole, d_k 16', ...trained(size, lean(size, { scale: 'none' })) },
    { name: 'divided, d_k 64, even start', ...trained(size, lean(size, { heads: 1, start: 'glorot' })) },
    { name: 'whole, d_k 64, even start', ...trained(size, lean(size, { heads: 1, start: 'glorot', scale: 'none' })) },
    ...untrained,
  ],
}

import type { LabQuestion, LabSize } from '../question.ts'
import type { SmallModel } from '../smallChoices.ts'
import { trained } from '../trained.ts'

/** Six layers at a rate that is high for them; in the short form they are narrower, and the rate is higher. */
const deep = (size: LabSize, norm: SmallModel['norm'], warmup: number) =>
  trained(size, {
    model: {
      layers: 6,
      norm,
      start: 'glorot',
      activation: 'relu',
      ...(size === 'quick' && { model: 48, hidden: 192, context: 32 }),
    },
    learning: { steps: size === 'full' ? 800 : 350, rate: size === 'full' ? 3e-3 : 6e-3, warmup },
  })

/** Where the norm stands, and whether the rate begins small. */
export const warmUp: LabQuestion = {
  name: 'warm-up',
  asks: 'Pre- or post-norm, and what is a warm-up for?',
  setting:
    'Six layers at a rate of 0.003 from the first step on, or reached in 300 of 800 steps (quick: narrower ones, and 0.006, reached in 150 of 350). Post-norm: norm(x + part(x)), as the paper has it; pre-norm: x + part(norm(x)).',
  published:
    'Xiong et al. 2020 (arXiv 2002.04745), IWSLT14 German to English: post-norm without warm-up 8.45 BLEU, with 4,000 steps of it about 34; pre-norm needs none. The gradients of the last layer are O(d √ln d) at the start with post-norm, and smaller by √L with pre-norm.',
  measures: {
    loss: { title: 'Loss on what was held back', unit: 'nats per character', better: 'lower', margin: 0.1 },
  },
  claims: [
    {
      measure: 'loss',
      of: 'post-norm, no warm-up',
      against: { value: 'unigram', called: 'counting characters' },
      expects: 'no difference',
    },
    { measure: 'loss', of: 'post-norm, warm-up', against: 'post-norm, no warm-up', expects: 'better' },
    {
      measure: 'loss',
      of: 'post-norm, warm-up',
      against: { value: 'bigram', called: 'counting pairs' },
      expects: 'better',
    },
    { measure: 'loss', of: 'pre-norm, no warm-up', against: 'post-norm, no warm-up', expects: 'better' },
    { measure: 'loss', of: 'pre-norm, no warm-up', against: 'post-norm, warm-up' },
  ],
  variants: (size) => {
    const warmup = size === 'full' ? 300 : 150
    return [
      { name: 'post-norm, no warm-up', ...deep(size, 'post', 0) },
      { name: 'post-norm, warm-up', ...deep(size, 'post', warmup) },
      { name: 'pre-norm, no warm-up', ...deep(size, 'pre', 0) },
    ]
  },
}

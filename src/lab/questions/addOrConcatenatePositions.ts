import type { LabQuestion } from '../question.ts'
import { trained } from '../trained.ts'

/** Positions added to the tokens, and beside them. */
export const addOrConcatenatePositions: LabQuestion = {
  name: 'add-or-concatenate-positions',
  asks: 'Should the numbers of a place be added to those of the token, or stand beside them?',
  setting:
    'Learnt positions added to the token’s 64 numbers, against 48 numbers for the token and 16 for the place; and the same with sinusoids, which are large beside embeddings that begin small.',
  published:
    'No clean comparison was found. TUPE (Ke et al. 2020, arXiv 2006.15595) unties words and places in the scores and reaches BERT’s quality with 30 % of its compute. One can simulate the other: a product with a concatenation is a sum of two products.',
  measures: {
    loss: { title: 'Loss on what was held back', unit: 'nats per character', better: 'lower', margin: 0.05 },
  },
  claims: [
    { measure: 'loss', of: 'learnt, beside', against: 'learnt, added', expects: 'no difference' },
    { measure: 'loss', of: 'sinusoids, beside', against: 'sinusoids, added' },
    { measure: 'loss', of: 'sinusoids, added', against: 'learnt, added' },
  ],
  variants: (size) => [
    { name: 'learnt, added', ...trained(size) },
    { name: 'learnt, beside', ...trained(size, { model: { beside: 16 } }) },
    { name: 'sinusoids, added', ...trained(size, { model: { positions: 'sinusoidal' } }) },
    { name: 'sinusoids, beside', ...trained(size, { model: { positions: 'sinusoidal', beside: 16 } }) },
  ],
}

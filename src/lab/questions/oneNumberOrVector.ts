import type { LabQuestion } from '../question.ts'
import { trained } from '../trained.ts'

/** Tokens and places as single numbers. */
export const oneNumberOrVector: LabQuestion = {
  name: 'one-number-or-vector',
  asks: 'Why is a token a vector, and not one number? And a place?',
  setting:
    'A token as 64 learnt numbers, or as one, which a learnt line that is the same for all spreads over the stream; a place as 64 learnt numbers, or as one, its share of the context, along a learnt direction.',
  published:
    'Bengio et al. 2003 (A neural probabilistic language model) give each word a vector, 30 to 100 numbers, so that words can be alike in some ways and different in others; no number for one-dimensional embeddings was found.',
  measures: {
    loss: { title: 'Loss on what was held back', unit: 'nats per character', better: 'lower', margin: 0.05 },
  },
  claims: [
    { measure: 'loss', of: 'token: one number', against: 'both vectors', expects: 'worse' },
    {
      measure: 'loss',
      of: 'token: one number',
      against: { value: 'bigram', called: 'counting pairs' },
    },
    { measure: 'loss', of: 'place: one number', against: 'both vectors' },
  ],
  variants: (size) => [
    { name: 'both vectors', ...trained(size) },
    { name: 'token: one number', ...trained(size, { model: { embedding: 'number' } }) },
    { name: 'place: one number', ...trained(size, { model: { positions: 'number' } }) },
  ],
}

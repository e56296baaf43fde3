import { lean } from '../lean.ts'
import type { LabQuestion } from '../question.ts'
import { trained } from '../trained.ts'

/** A mask that hides each position from itself. */
export const withoutDiagonal: LabQuestion = {
  name: 'without-diagonal',
  asks: 'Should a position look at itself, too?',
  setting:
    'The usual causal mask, and one that hides from each position itself; the first sees itself all the same, having nothing else to look at. What a position knows of itself reaches the next block over the skip connection.',
  published:
    'SparseBERT (Shi et al. 2021, arXiv 2102.12871): the diagonal is the least important part of attention and can go without loss. LSA (Lee et al. 2021, arXiv 2112.13492): hiding it, with a learnt temperature, helps vision transformers on small data.',
  measures: {
    loss: { title: 'Loss', unit: 'nats per character', better: 'lower', margin: 0.05 },
  },
  seeds: 5,
  claims: [{ measure: 'loss', of: 'without itself', against: 'with itself', expects: 'no difference' }],
  variants: (size) => [
    { name: 'with itself', ...trained(size, lean(size)) },
    { name: 'without itself', ...trained(size, lean(size, { diagonal: false })) },
  ],
}

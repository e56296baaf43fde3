import { lean } from '../lean.ts'
import type { LabQuestion } from '../question.ts'
import { trained } from '../trained.ts'

/** Scores from the vectors themselves, without learnt projections. */
export const noQueryKey: LabQuestion = {
  name: 'no-query-key',
  asks: 'Are W_Q and W_K needed, or will the similarity of the vectors themselves do?',
  setting:
    'Scores are q · k of learnt projections, with four heads or one; or x · x / √d of the normalised stream itself, which can only have one head. Values and output are learnt in all.',
  published:
    'Synthesizer (Tay et al. 2020, arXiv 2005.00743), WMT English–German BLEU: transformer 27.67; scores that are learnt and look at no token 27.27; fixed random ones 23.89; made from each token alone 27.43.',
  measures: {
    loss: { title: 'Loss on what was held back', unit: 'nats per character', better: 'lower', margin: 0.03 },
    parameters: { title: 'Parameters', unit: 'numbers', better: 'lower', margin: 100 },
  },
  claims: [
    { measure: 'loss', of: 'x · x', against: 'q · k, four heads', expects: 'worse' },
    { measure: 'loss', of: 'x · x', against: 'q · k, one head' },
  ],
  variants: (size) => [
    { name: 'q · k, four heads', ...trained(size, lean(size)) },
    { name: 'q · k, one head', ...trained(size, lean(size, { heads: 1 })) },
    { name: 'x · x', ...trained(size, lean(size, { attention: 'raw' })) },
  ],
}

import { lean } from '../lean.ts'
import type { LabQuestion, LabSize, Variant } from '../question.ts'
import type { SmallModel } from '../smallChoices.ts'
import { trained } from '../trained.ts'

/** Sinusoids beside the token's numbers: places that are near one another are alike from the first step on. */
const places = { positions: 'sinusoidal', beside: 16, embeddingScale: 8 } as const

const scoring = (size: LabSize, model: Partial<SmallModel> = {}): Pick<Variant, 'setting' | 'seconds' | 'run'> =>
  trained(size, lean(size, { ...places, ...model }))

/** Scores from the vectors themselves, without learnt projections. */
export const noQueryKey: LabQuestion = {
  name: 'no-query-key',
  asks: 'Are W_Q and W_K needed, or will the similarity of the vectors themselves do?',
  setting:
    'Scores are q · k of learnt projections, with four heads or one; or x · x / √d of the normalised stream itself, which can only have one head. A vector is like nothing as much as itself, so the same with a mask that hides each position from itself. Values and output are learnt in all; 16 of the 64 numbers are sinusoids of the place.',
  published:
    'Synthesizer (Tay et al. 2020, arXiv 2005.00743), WMT English–German BLEU: transformer 27.67; scores that are learnt and look at no token 27.27; fixed random ones 23.89; made from each token alone 27.43.',
  measures: {
    loss: { title: 'Loss', unit: 'nats per character', better: 'lower', margin: 0.05 },
    parameters: { title: 'Parameters', unit: 'numbers', better: 'lower', margin: 100 },
  },
  claims: [
    { measure: 'loss', of: 'x · x', against: 'q · k, one head', expects: 'worse' },
    { measure: 'loss', of: 'x · x, not itself', against: 'x · x' },
    { measure: 'loss', of: 'x · x, not itself', against: 'q · k, one head' },
    { measure: 'loss', of: 'x · x, not itself', against: 'q · k, four heads' },
  ],
  variants: (size) => [
    { name: 'q · k, four heads', ...scoring(size) },
    { name: 'q · k, one head', ...scoring(size, { heads: 1 }) },
    { name: 'x · x', ...scoring(size, { attention: 'raw' }) },
    { name: 'x · x, not itself', ...scoring(size, { attention: 'raw', diagonal: false }) },
  ],
}

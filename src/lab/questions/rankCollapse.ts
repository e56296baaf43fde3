import type { LabQuestion } from '../question.ts'
import { spreadByLayer } from '../spreadByLayer.ts'

/** The speed at which different tokens become alike where layers are stacked without skips. */
export const rankCollapse: LabQuestion = {
  name: 'rank-collapse',
  asks: 'What becomes of different tokens when layers of attention are stacked?',
  setting:
    'Eight layers with random weights, which nothing has trained, 64 numbers for each of 32 different tokens, everybody sees everybody. How far the vectors are from their mean, behind each layer. Numbers of 32 bits end near 10⁻⁸.',
  published:
    'Dong, Cordonnier, Loukas 2021 (arXiv 2103.03404): ‖res(X)‖ falls as its own cube in every layer of attention alone, doubly exponentially; LayerNorm does not stop it, MLPs slow it down, skip connections prevent it.',
  measures: {
    collapsed: {
      title: 'Distance behind layer 4',
      unit: 'powers of ten',
      better: 'higher',
      margin: 0.1,
    },
    power: { title: 'Power from layer 2 to 3', unit: 'exponent', better: 'higher', margin: 0.1 },
  },
  curves: {
    spread: { title: 'Distance from the mean', unit: 'powers of ten of the length', x: 'layer' },
  },
  claims: [
    {
      measure: 'collapsed',
      of: 'attention alone',
      against: { value: -6, called: 'a millionth' },
      expects: 'worse',
    },
    {
      measure: 'power',
      of: 'attention alone',
      against: { value: 1.5, called: 'an exponential fall' },
      expects: 'better',
    },
    { measure: 'power', of: 'LayerNorm', against: { value: 1.5, called: 'an exponential fall' }, expects: 'better' },
    { measure: 'power', of: 'MLP', against: 'attention alone', expects: 'worse' },
    { measure: 'collapsed', of: 'MLP', against: { value: -1, called: 'a tenth' }, expects: 'worse' },
    { measure: 'collapsed', of: 'LayerNorm', against: { value: -1, called: 'a tenth' }, expects: 'worse' },
    { measure: 'collapsed', of: 'skips', against: { value: -1, called: 'a tenth' }, expects: 'better' },
  ],
  variants: () => [
    { name: 'attention alone', ...spreadByLayer({ hidden: 0, norm: 'none', skip: false, sight: 'all' }) },
    { name: 'LayerNorm', ...spreadByLayer({ hidden: 0, norm: 'pre', skip: false, sight: 'all' }) },
    { name: 'MLP', ...spreadByLayer({ norm: 'none', skip: false, sight: 'all' }) },
    { name: 'skips', ...spreadByLayer({ hidden: 0, norm: 'none', skip: true, sight: 'all' }) },
    { name: 'all of them', ...spreadByLayer({ norm: 'pre', skip: true, sight: 'all' }) },
  ],
}

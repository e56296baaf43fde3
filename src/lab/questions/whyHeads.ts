import { lean } from '../lean.ts'
import type { LabQuestion } from '../question.ts'
import { trained } from '../trained.ts'

/** The number of heads, and what mixes their answers. */
export const whyHeads: LabQuestion = {
  name: 'why-heads',
  asks: 'Why several heads, and why W_O behind them?',
  setting:
    '64 numbers shared by 1, 2, 4, 8 or 16 heads, so that all have as many parameters (of 16 heads each has 4 numbers, two pairs for RoPE to turn); and four heads whose answers stand side by side in the stream, without W_O.',
  published:
    'Attention is all you need (Vaswani et al. 2017, table 3 A), 512 numbers shared by 1, 4, 8, 16, 32 heads: perplexity 5.29, 5.00, 4.92, 4.91, 5.01; BLEU 24.9, 25.5, 25.8, 25.8, 25.4. Nothing is published there without W_O.',
  measures: {
    loss: { title: 'Loss', unit: 'nats per character', better: 'lower', margin: 0.05 },
    parameters: { title: 'Parameters', unit: 'numbers', better: 'lower', margin: 100 },
  },
  seeds: 5,
  claims: [
    { measure: 'loss', of: '1 head', against: '4 heads', expects: 'worse' },
    { measure: 'loss', of: '2 heads', against: '4 heads', expects: 'no difference' },
    { measure: 'loss', of: '8 heads', against: '4 heads', expects: 'no difference' },
    { measure: 'loss', of: '16 heads', against: '4 heads', expects: 'no difference' },
    { measure: 'loss', of: '4 heads, no W_O', against: '4 heads' },
  ],
  variants: (size) => [
    { name: '4 heads', ...trained(size, lean(size)) },
    ...[1, 2, 8, 16].map((heads) => ({
      name: heads === 1 ? '1 head' : `${heads} heads`,
      ...trained(size, lean(size, { heads })),
    })),
    { name: '4 heads, no W_O', ...trained(size, lean(size, { attention: 'bare' })) },
  ],
}

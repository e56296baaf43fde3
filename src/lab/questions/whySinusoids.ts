import { beyond } from '../beyond.ts'
import type { LabQuestion, LabSize, Variant } from '../question.ts'
import type { SmallModel } from '../smallChoices.ts'
import { trained } from '../trained.ts'

const placed = (size: LabSize, model: Partial<SmallModel>): Pick<Variant, 'setting' | 'seconds' | 'run'> =>
  trained(size, { model, learning: { steps: size === 'full' ? 1000 : 350 }, after: [beyond] })

/** Positions of all kinds, within the trained length and beyond. */
export const whySinusoids: LabQuestion = {
  name: 'why-sinusoids',
  asks: 'Why sinusoids? What becomes of each kind of positions beyond the length that a model was trained on?',
  setting:
    'Trained on 64 characters at once. Beyond: the last 16 of 128. A learnt place that training never came to has the row of the last one. Tokens that sinusoids are added to are √64 times larger, as in the paper (section 3.4), or as they are.',
  published:
    'Attention is all you need (Vaswani et al. 2017, table 3 E): learnt 4.92 perplexity, 25.7 BLEU; sinusoids 4.92, 25.8, chosen because they “may” reach longer texts. ALiBi (Press et al. 2022, arXiv 2108.12409): trained on 512, sinusoids hold for 20 to 50 tokens more, rotary for 200, ALiBi for more than 6 times the length. NoPE (Kazemnejad et al. 2023, arXiv 2305.19466): none does better than explicit ones on small tasks of reasoning.',
  measures: {
    beyond: {
      title: 'Loss beyond',
      unit: 'nats per character',
      better: 'lower',
      margin: 0.1,
    },
    loss: { title: 'Loss within', unit: 'nats per character', better: 'lower', margin: 0.05 },
  },
  seeds: 6,
  claims: [
    { measure: 'beyond', order: ['ALiBi', ['none', 'RoPE'], 'learnt', 'sinusoids'] },
    { measure: 'beyond', order: ['ALiBi', 'RoPE', 'learnt', 'sinusoids'] },
    { measure: 'beyond', of: 'sinusoids, √d', against: 'learnt' },
    { measure: 'loss', of: 'sinusoids, √d', against: 'learnt', expects: 'no difference' },
    { measure: 'loss', of: 'none', against: 'learnt', expects: 'worse' },
  ],
  variants: (size) => [
    { name: 'learnt', ...placed(size, { positions: 'learnt' }) },
    { name: 'sinusoids', ...placed(size, { positions: 'sinusoidal' }) },
    { name: 'sinusoids, √d', ...placed(size, { positions: 'sinusoidal', embeddingScale: 8 }) },
    { name: 'RoPE', ...placed(size, { positions: 'rotary' }) },
    { name: 'ALiBi', ...placed(size, { positions: 'alibi' }) },
    { name: 'none', ...placed(size, { positions: 'none' }) },
  ],
}

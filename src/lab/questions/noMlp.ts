import type { LabQuestion } from '../question.ts'
import { trained } from '../trained.ts'
import { fast } from './zeroOneTwoLayers.ts'

/** Attention without anything that works on single tokens. */
export const noMlp: LabQuestion = {
  name: 'no-mlp',
  asks: 'What does the MLP add to attention?',
  setting:
    'Two layers with an MLP of 256, two of attention alone, and six of attention alone, which have as many parameters as two with an MLP.',
  published:
    'Attention is all you need (Vaswani et al. 2017, table 3 C): a narrower MLP costs (d_ff 1024, 2048, 4096: perplexity 5.12, 4.92, 4.75; BLEU 25.4, 25.8, 26.2). Gerber 2025 (arXiv 2505.06633): the feed-forward part is important, and deeper ones with fewer blocks do better.',
  measures: {
    loss: { title: 'Loss on what was held back', unit: 'nats per character', better: 'lower', margin: 0.02 },
    parameters: { title: 'Parameters', unit: 'numbers', better: 'lower', margin: 1000 },
  },
  claims: [
    { measure: 'loss', of: 'two, attention alone', against: 'two with MLP', expects: 'worse' },
    { measure: 'loss', of: 'six, attention alone', against: 'two with MLP' },
  ],
  variants: (size) => [
    { name: 'two with MLP', ...trained(size, fast(size)) },
    { name: 'two, attention alone', ...trained(size, fast(size, { hidden: 0 })) },
    { name: 'six, attention alone', ...trained(size, fast(size, { hidden: 0, layers: 6 })) },
  ],
}

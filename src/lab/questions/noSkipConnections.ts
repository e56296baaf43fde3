import type { LabQuestion, LabSize, Variant } from '../question.ts'
import { trained } from '../trained.ts'

const sixLayers = (size: LabSize, skip: boolean): Pick<Variant, 'setting' | 'seconds' | 'run'> => {
  const model = size === 'full' ? { model: 64, hidden: 256, context: 64 } : { model: 32, hidden: 128, context: 32 }
  return trained(size, {
    model: { ...model, layers: 6, skip, start: 'glorot' },
    learning: { steps: size === 'full' ? 800 : 600, rate: 3e-3, warmup: 50 },
  })
}

/** Six layers whose answers take the place of the stream. */
export const noSkipConnections: LabQuestion = {
  name: 'no-skip-connections',
  asks: 'What are skip connections for?',
  setting:
    'Six layers of attention and MLP, each with its LayerNorm. With skips an answer is added to the stream, without it takes its place. `rank-collapse` shows why.',
  published:
    'Dong, Cordonnier, Loukas 2021 (arXiv 2103.03404): without skips the tokens’ vectors become the same doubly exponentially with depth, and LayerNorm does not help. No loss of a trained one is given there.',
  measures: {
    loss: { title: 'Loss on what was held back', unit: 'nats per character', better: 'lower', margin: 0.05 },
  },
  claims: [
    { measure: 'loss', of: 'without', against: 'with skips', expects: 'worse' },
    {
      measure: 'loss',
      of: 'without',
      against: { value: 'unigram', called: 'counting characters' },
      expects: 'no difference',
    },
    { measure: 'loss', of: 'with skips', against: { value: 'bigram', called: 'counting pairs' }, expects: 'better' },
  ],
  variants: (size) => [
    { name: 'with skips', ...sixLayers(size, true) },
    { name: 'without', ...sixLayers(size, false) },
  ],
}

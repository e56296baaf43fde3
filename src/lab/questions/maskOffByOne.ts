import { alone } from '../alone.ts'
import type { LabQuestion, LabSize, Variant } from '../question.ts'
import type { SmallModel } from '../smallChoices.ts'
import { trained } from '../trained.ts'

const seeing = (size: LabSize, sight: SmallModel['sight']): Pick<Variant, 'setting' | 'seconds' | 'run'> =>
  trained(size, {
    model: { model: 32, hidden: 128, context: 32, sight },
    learning: { steps: size === 'full' ? 1500 : 500, rate: 3e-3 },
    after: [alone],
  })

/** A mask that lets a position see the token that it should predict. */
export const maskOffByOne: LabQuestion = {
  name: 'mask-off-by-one',
  asks: 'How would one notice that a mask is wrong?',
  setting:
    'A position sees the past, or the next token besides (a mask that is off by one), or everything. “Alone” nothing stands behind a token, as when a model writes.',
  published:
    'Attention is all you need (Vaswani et al. 2017, section 3.2.3) masks what comes later, so that each position depends on earlier ones alone; what happens without is not measured there. docs/causality.md has the slip of many study notes.',
  measures: {
    loss: { title: 'Loss', unit: 'nats per character', better: 'lower', margin: 0.05 },
    alone: { title: 'Loss alone', unit: 'nats per character', better: 'lower', margin: 0.05 },
    words: { title: 'Known words written', unit: 'share', better: 'higher', margin: 0.03 },
  },
  claims: [
    { measure: 'loss', of: 'the next, too', against: 'the past', expects: 'better' },
    { measure: 'alone', of: 'the next, too', against: 'the past', expects: 'worse' },
    {
      measure: 'alone',
      of: 'the next, too',
      against: { value: 'unigram', called: 'counting characters' },
      expects: 'worse',
    },
    { measure: 'words', of: 'the next, too', against: 'the past', expects: 'worse' },
    { measure: 'loss', of: 'everything', against: 'the past', expects: 'better' },
    { measure: 'alone', of: 'everything', against: 'the past', expects: 'worse' },
  ],
  variants: (size) => [
    { name: 'the past', ...seeing(size, 'past') },
    { name: 'the next, too', ...seeing(size, 'next') },
    { name: 'everything', ...seeing(size, 'all') },
  ],
}

import { lean } from '../lean.ts'
import type { LabQuestion, LabSize, Variant } from '../question.ts'
import type { SmallModel } from '../smallChoices.ts'
import { trained } from '../trained.ts'
import { twiceAsLong } from '../twiceAsLong.ts'

/** As many characters in every step, whatever the length. */
const perStep = 1024

function reading(
  size: LabSize,
  context: number,
  positions: SmallModel['positions'] = 'rotary',
): Pick<Variant, 'setting' | 'seconds' | 'run'> {
  const { model, learning } = lean(size, { context, positions })
  return trained(size, { model, learning: { ...learning, batch: perStep / context }, after: [twiceAsLong] })
}

/** Longer texts at once. */
export const longerContext: LabQuestion = {
  name: 'longer-context',
  asks: 'What does a context that is twice as long cost, and what is it good for?',
  setting:
    '32, 64, 128 or 256 characters at once, in as many texts as make 1,024 characters a step, and as many steps. Time and memory: a step of four texts that are twice as long, as a multiple of one with four of this length, in turns. Scores in one kernel hold no pattern; with ALiBi, which adds to the scores, this engine keeps it.',
  published:
    'Attention is all you need (Vaswani et al. 2017, table 1): attention takes O(n² · d) operations in a layer, everything else O(n · d²): below n = d little grows with the square. FlashAttention (Dao et al. 2022, arXiv 2205.14135): memory that grows with n, since the pattern is never kept.',
  measures: {
    loss: { title: 'Loss', unit: 'nats per character', better: 'lower', margin: 0.05 },
    time: { title: 'Time', unit: 'times', better: 'lower', margin: 0.3 },
    memory: { title: 'Memory', unit: 'times', better: 'lower', margin: 0.3 },
  },
  claims: [
    { measure: 'loss', of: '64', against: '32' },
    { measure: 'loss', of: '128', against: '64' },
    { measure: 'loss', of: '256', against: '128' },
    { measure: 'time', of: '32', against: { value: 2, called: 'twice the time' }, expects: 'no difference' },
    { measure: 'time', of: '256', against: { value: 2, called: 'twice the time' }, expects: 'worse' },
    { measure: 'memory', of: '256', against: { value: 2, called: 'twice the memory' }, expects: 'no difference' },
    { measure: 'memory', of: '256, ALiBi', against: { value: 2, called: 'twice the memory' }, expects: 'worse' },
  ],
  variants: (size) => [
    ...[32, 64, 128, 256].map((context) => ({ name: `${context}`, ...reading(size, context) })),
    { name: '256, ALiBi', ...reading(size, 256, 'alibi') },
  ],
}

import { nouns } from '../agreement.ts'
import { planned } from '../planned.ts'
import type { LabQuestion } from '../question.ts'

const chance = { value: 1 / nouns, called: 'chance' } as const

/** A word that must fit one that is written later. */
export const wordsToCome: LabQuestion = {
  name: 'words-to-come',
  asks: 'How can it choose a word that fits words to come, if it writes one word at a time?',
  setting:
    'Sentences of “who where article filler filler filler noun”. Who and where say together which of six nouns will come, and neither alone says anything; the article must agree with the noun. Behind “where”, before anything is written, a linear probe is asked for the noun, on pairs of who and where that it was not fitted to; the logit lens too; and the state there is replaced by that of another text, to see whether its noun is written then. The control: nouns dealt out anew, and a model that nothing has trained.',
  published:
    'Future Lens (Pal et al. 2023, arXiv 2311.04897): from one hidden state of GPT-J the tokens after the next are said as the model will, with more than 48 % accuracy. Wu, Morris, Levine 2024 (arXiv 2404.00859): on made-up data models clearly compute for later tokens in advance, on language small ones hardly do. Lindsey et al. 2025, “On the biology of a large language model”: a rhyme is there before the line that ends in it.',
  measures: {
    probe: { title: 'Probe', unit: 'share known', better: 'higher', margin: 0.1 },
    lens: { title: 'Lens', unit: 'share first', better: 'higher', margin: 0.1 },
    shuffled: { title: 'Probe, nouns dealt anew', unit: 'share known, dealt anew', better: 'higher', margin: 0.1 },
    swapped: { title: 'Another text’s state', unit: 'share that follow it', better: 'higher', margin: 0.1 },
    noun: { title: 'Written', unit: 'share right', better: 'higher', margin: 0.02 },
  },
  curves: {
    first: { title: 'What a probe knows behind the first block', unit: 'share of nouns', x: 'position' },
    last: { title: 'What a probe knows behind the last block', unit: 'share of nouns', x: 'position' },
  },
  seeds: 6,
  claims: [
    { measure: 'noun', of: 'agreeing', against: chance, expects: 'better' },
    { measure: 'probe', of: 'agreeing', against: chance, expects: 'better' },
    { measure: 'shuffled', of: 'agreeing', against: chance, expects: 'no difference' },
    { measure: 'probe', of: 'agreeing', against: 'untrained', expects: 'better' },
    { measure: 'lens', of: 'agreeing', against: chance },
    { measure: 'swapped', of: 'agreeing', against: chance },
  ],
  variants: (size) => [
    { name: 'agreeing', ...planned(size) },
    { name: 'untrained', ...planned(size, { isTrained: false }) },
  ],
}

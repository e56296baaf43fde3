import { lean } from '../lean.ts'
import type { LabQuestion } from '../question.ts'
import { temperatureCurves } from '../temperatures.ts'
import { trained } from '../trained.ts'

/** Writing at temperatures from 0 to 2. */
export const temperature: LabQuestion = {
  name: 'temperature',
  asks: 'What does a temperature from 0 to 2 do to what a model writes?',
  setting:
    'One model writes 32 texts at each temperature. Entropy is that of what a token is drawn from, on a text that was held back; surprise is the model’s own loss on what it wrote. Words are those of three letters and more that the text has, runs the different ones of four characters. 50,000 draws at one place are compared with p^(1/τ), divided by its sum: even right ones are about 0.01 apart.',
  published:
    'Boltzmann machines (Ackley, Hinton, Sejnowski 1985): p ∝ e^(−E/τ), so p_τ ∝ p^(1/τ), whose entropy never falls as τ grows. Holtzman et al. 2020 (arXiv 1904.09751): the likeliest text repeats itself, and plain sampling writes what no person would. No numbers for small models.',
  measures: {
    loss: { title: 'Loss', unit: 'nats per character', better: 'lower', margin: 0.05 },
    apart: { title: 'Draws apart', unit: 'share', better: 'lower', margin: 0.02 },
    rises: { title: 'Entropy grows', unit: 'nats', better: 'higher', margin: 0.001 },
    wilder: { title: 'Surprise, 2 − 1', unit: 'nats per character', better: 'higher', margin: 0.1 },
    lost: { title: 'Words, ½ − 2', unit: 'share', better: 'higher', margin: 0.05 },
    varied: { title: 'Runs, 1 − 0', unit: 'share', better: 'higher', margin: 0.05 },
  },
  curves: {
    entropy: { title: 'Entropy of what a token is drawn from', unit: 'nats', x: 'temperature' },
    surprise: { title: 'Surprise by what is written', unit: 'nats per character', x: 'temperature' },
    words: { title: 'Words that the text has', unit: 'share', x: 'temperature' },
    distinct: { title: 'Different runs of four characters', unit: 'share', x: 'temperature' },
  },
  claims: [
    {
      measure: 'apart',
      of: 'one model',
      against: { value: 0, called: 'the shares of p^(1/τ) themselves' },
      expects: 'no difference',
    },
    ...[
      ['rises', 'the same entropy at two temperatures'],
      ['wilder', 'as much surprise at 2 as at 1'],
      ['lost', 'as many known words at 2 as at ½'],
      ['varied', 'as many different runs at 0 as at 1'],
    ].map(([measure, called]) => ({
      measure,
      of: 'one model',
      against: { value: 0, called },
      expects: 'better' as const,
    })),
  ],
  variants: (size) => [{ name: 'one model', ...trained(size, { ...lean(size), after: [temperatureCurves] }) }],
}

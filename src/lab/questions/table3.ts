import type { LabQuestion } from '../question.ts'
import { type base, translated } from '../translated.ts'

/** A row: what is changed, the paper's perplexity, BLEU and millions of parameters, and how that stands to the base. */
interface Row {
  readonly name: string
  readonly change: Partial<typeof base>
  readonly paper: readonly [perplexity: number, bleu: number, millions: number]
}

/** Sizes are changed by the same factors as in the paper, whose base is 16 times as wide and 3 times as deep. */
const rows: readonly Row[] = [
  { name: 'A: 1 head', change: { heads: 1, key: 32, value: 32 }, paper: [5.29, 24.9, 65] },
  { name: 'A: heads × 2', change: { heads: 8, key: 4, value: 4 }, paper: [4.91, 25.8, 65] },
  { name: 'B: d_k / 4', change: { key: 2 }, paper: [5.16, 25.1, 58] },
  { name: 'C: fewer layers', change: { layers: 1 }, paper: [6.11, 23.7, 36] },
  { name: 'C: d_model / 2', change: { model: 16, key: 4, value: 4 }, paper: [5.75, 24.5, 28] },
  { name: 'C: d_model × 2', change: { model: 64, key: 16, value: 16 }, paper: [4.66, 26.0, 168] },
  { name: 'C: d_ff / 2', change: { hidden: 64 }, paper: [5.12, 25.4, 53] },
  { name: 'D: no dropout', change: { dropout: 0 }, paper: [5.77, 24.6, 65] },
  { name: 'D: no smoothing', change: { smoothing: 0 }, paper: [4.67, 25.3, 65] },
  { name: 'D: smoothing 0.2', change: { smoothing: 0.2 }, paper: [5.47, 25.7, 65] },
  { name: 'E: learnt positions', change: { positions: 'learnt' }, paper: [4.92, 25.7, 65] },
]

const whole: Row = { name: 'base', change: {}, paper: [4.92, 25.8, 65] }

/** Differences in the paper that are as small as those between its equal rows. */
const paperMargin = 0.02

function expected({ paper: [perplexity] }: Row): 'better' | 'worse' | 'no difference' {
  const difference = perplexity - whole.paper[0]
  if (Math.abs(difference) < paperMargin) return 'no difference'
  return difference < 0 ? 'better' : 'worse'
}

/** The variations of the transformer, in small. */
export const table3: LabQuestion = {
  name: 'table-3',
  asks: 'Do the variations of the paper’s table 3 do the same in small?',
  setting:
    'An encoder and a decoder write dates of three languages as year-month-day. Base: N 2, d_model 32, d_ff 128, 4 heads, d_k 8, dropout 0.1, smoothing 0.1. A row changes what its name says, by the paper’s factor.',
  published:
    'Vaswani et al. 2017, table 3, on English to German, newstest2013; base: N 6, d_model 512, d_ff 2048, 8 heads, d_k 64, 65 million parameters, perplexity 4.92, BLEU 25.8. It gives no intervals.',
  measures: {
    perplexity: { title: 'Perplexity', unit: 'per character', better: 'lower', margin: 0.03 },
    exact: { title: 'Right dates', unit: 'share', better: 'higher', margin: 0.03 },
    parameters: { title: 'Parameters', unit: 'thousands', better: 'lower', margin: 1 },
    paperPerplexity: { title: 'Paper’s perplexity', unit: 'per token', better: 'lower', margin: paperMargin },
    paperBleu: { title: 'Paper’s BLEU', unit: 'of 100', better: 'higher', margin: 0.2 },
    paperParameters: { title: 'Paper’s parameters', unit: 'millions', better: 'lower', margin: 1 },
  },
  claims: rows.map((row) => ({ measure: 'perplexity', of: row.name, against: 'base', expects: expected(row) })),
  variants: (size) =>
    [whole, ...rows].map(({ name, change, paper }) => {
      const { run, setting, seconds } = translated(size, change)
      const [paperPerplexity, paperBleu, paperParameters] = paper
      return {
        name,
        setting: { ...setting, paper },
        seconds,
        run: async (bench) => {
          const { parameters, ...numbers } = (await run(bench)).numbers
          return { numbers: { ...numbers, parameters: parameters / 1000, paperPerplexity, paperBleu, paperParameters } }
        },
      }
    }),
}

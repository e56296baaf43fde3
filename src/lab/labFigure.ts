// An answer as a figure: how far the variants are apart, the numbers themselves, curves, and the verdicts as sentences.

import { meanOf, standardError } from '../inspect/means.ts'
import { duration } from '../show/amounts.ts'
import type { Bar, Figure, PanelOf } from '../show/figure.ts'
import type { AnsweredVariant, LabAnswer } from './answer.ts'
import type { Measure } from './question.ts'
import { settingWords } from './settingWords.ts'
import { amount } from './verdictWords.ts'

/** The figure of an answer. */
export function labFigure(answer: LabAnswer): Figure {
  const { asks, setting, published, verdicts, orders } = answer
  return {
    title: asks,
    notes: [
      setting,
      sizesSay(answer),
      `Published: ${published}`,
      ...orders.map(({ says }) => says),
      ...verdicts.map(({ says }) => says),
    ],
    panels: [...distances(answer), numbersTable(answer), ...curvePanels(answer), ...textPanels(answer)],
  }
}

/** The sizes, seeds, text and time of an answer. */
export function sizesSay({ variants, text, seeds, size, seconds }: LabAnswer): string {
  const { losses } = text
  const missing = variants.reduce((sum, each) => sum + each.missing.length, 0)
  const all = variants.length * seeds
  return [
    settingWords(variants.map(({ setting }) => setting)),
    `Text: ${text.name}, ${text.vocab} characters; guessing costs ${losses.uniform.toFixed(2)} nats, by counting characters ${losses.unigram.toFixed(2)}, by counting pairs ${losses.bigram.toFixed(2)}.`,
    `${seeds} seeds${size === 'quick' ? ', quick' : ''}; ${missing === 0 ? '' : `${all - missing} of ${all} measurements are there; `}they took ${duration(1000 * seconds)} of one thread.`,
  ]
    .filter((each) => each !== '')
    .join(' ')
}

/** The distances of the first measure of each variant from that of the first variant, seed by seed. */
function distances({ variants, measures }: LabAnswer): PanelOf<'bars'>[] {
  const [name, measure] = Object.entries(measures)[0]
  const [first, ...others] = variants
  const rows = others.flatMap((variant): Bar[] => {
    const bar = distance(variant, first, name)
    return bar === undefined ? [] : [bar]
  })
  if (rows.length === 0) return []
  // Elsewhere in the lab ± is half of a 95 % interval.
  const errors = rows.some(({ error }) => error !== undefined) ? ', ± its standard error' : ''
  const title = `${measure.title}, less that of “${first.name}”${errors}`
  return [{ kind: 'bars', title, unit: measure.unit, rows }]
}

function distance(variant: AnsweredVariant, first: AnsweredVariant, measure: string): Bar | undefined {
  const differences = variant.seeds.flatMap(({ seed, numbers }) => {
    const other = first.seeds.find((each) => each.seed === seed)
    const difference = numbers[measure] - (other?.numbers[measure] ?? Number.NaN)
    return Number.isFinite(difference) ? [difference] : []
  })
  const n = differences.length
  if (n === 0) return undefined
  return { label: variant.name, value: meanOf(differences), ...(n > 1 && { error: standardError(differences) }) }
}

/** Means with their intervals, a row for each variant and two columns for each measure. */
function numbersTable({ variants, measures }: LabAnswer): PanelOf<'table'> {
  const all = Object.entries(measures)
  return {
    kind: 'table',
    title: 'Means over seeds, with 95 % intervals',
    columns: [
      { name: 'variant' },
      ...all.map(([, { title, unit }]) => ({ name: title, unit, align: 'right' as const })),
      { name: 'seeds' },
    ],
    rows: variants.map((variant) => [
      variant.name,
      ...all.map(([name, measure]) => meanText(variant, name, measure)),
      variant.seeds.length,
    ]),
  }
}

/** `1.990 ± 0.012`; what is known where that cannot be said. */
export function meanText({ means, seeds }: AnsweredVariant, name: string, measure: Measure): string {
  const mean = means[name]
  if (mean && mean.error === 0) return amount(mean.mean, measure)
  if (mean) return `${amount(mean.mean, measure)} ± ${amount(mean.high - mean.mean, measure)}`
  const values = seeds.map(({ numbers }) => numbers[name])
  if (values.every((value) => value === undefined)) return '–'
  return values
    .map((value) => (value === undefined ? '–' : Number.isFinite(value) ? amount(value, measure) : 'no number'))
    .join(', ')
}

function curvePanels({ variants, curves }: LabAnswer): PanelOf<'lines'>[] {
  return Object.entries(curves).flatMap(([name, { title, unit, x }]) => {
    const own = variants.flatMap((variant) => {
      const curve = variant.curves[name]
      return curve ? [{ label: variant.name, ...curve }] : []
    })
    if (own.length === 0) return []
    const places = [...new Set(own.flatMap((curve) => curve.x))].sort((a, b) => a - b)
    const series = own.map((curve) => ({
      label: curve.label,
      values: places.map((place) => curve.y[curve.x.indexOf(place)] ?? Number.NaN),
    }))
    return [{ kind: 'lines', title, unit, x: { name: x, values: places }, series }]
  })
}

function textPanels({ variants }: LabAnswer): PanelOf<'table'>[] {
  const rows = variants.flatMap(({ name, texts }) =>
    Object.entries(texts).map(([what, text]): (string | number)[] => [name, what, text]),
  )
  if (rows.length === 0) return []
  return [
    {
      kind: 'table',
      title: 'Texts of the first seed',
      columns: [{ name: 'variant' }, { name: 'what' }, { name: 'text' }],
      rows,
    },
  ]
}

/** The figure of several answers: the verdicts of each, and then its panels below those of the one before. */
export function labFigures(answers: readonly LabAnswer[]): Figure {
  if (answers.length === 1) return labFigure(answers[0])
  return {
    title: 'The lab',
    notes: answers.flatMap(({ asks, orders, verdicts }) => [
      asks,
      ...[...orders, ...verdicts].map(({ says }) => `· ${says}`),
    ]),
    panels: answers.flatMap((answer) =>
      labFigure(answer).panels.map((panel) => ({ ...panel, title: `${answer.name}: ${panel.title}` })),
    ),
  }
}

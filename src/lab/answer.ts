// What a question's measurements say: means with their intervals, and a verdict for every claim, by the rule (verdict.ts). Facts, of which figures,
// pages and JSON are made.

import type { LabText } from './labText.ts'
import type { Chain, Claim, Curve, LabQuestion, LabSize, Measure, Reference } from './question.ts'
import type { Findings, FoundVariant } from './runLab.ts'
import { decide, decideChain, type Interval, intervalOf } from './verdict.ts'
import { chainSays, type OrderVerdict, type Verdict, verdictSays } from './verdictWords.ts'

/** Everything that the lab has to say to a question. */
export interface LabAnswer {
  readonly name: string
  readonly asks: string
  readonly setting: string
  readonly published: string
  readonly size: LabSize
  /** The number of seeds that were asked for. */
  readonly seeds: number
  readonly text: Pick<LabText, 'name' | 'vocab' | 'losses'>
  /** The last day on which something of it was measured. */
  readonly day: string | undefined
  /** Seconds of one thread that all of its measurements took. */
  readonly seconds: number
  readonly measures: Readonly<Record<string, Measure>>
  readonly curves: Readonly<Record<string, Curve>>
  readonly variants: readonly AnsweredVariant[]
  readonly verdicts: readonly Verdict[]
  readonly orders: readonly OrderVerdict[]
}

export interface AnsweredVariant {
  readonly name: string
  readonly setting: FoundVariant['variant']['setting']
  /** The seeds that are not measured. */
  readonly missing: readonly number[]
  readonly seeds: readonly { readonly seed: number; readonly numbers: Readonly<Record<string, number>> }[]
  /** By measure: the mean over the seeds; undefined where there are fewer than two, or some came to no numbers. */
  readonly means: Readonly<Record<string, Interval | undefined>>
  /** By curve: the means over the seeds. */
  readonly curves: Readonly<Record<string, { readonly x: readonly number[]; readonly y: readonly number[] }>>
  /** Of the first seed. */
  readonly texts: Readonly<Record<string, string>>
}

/** Everything that is known of a question, with a verdict for each of its claims. */
export function answerOf(found: Findings, text: LabText): LabAnswer {
  const { question, size, seeds, variants } = found
  const { name, asks, setting, published, measures, curves = {}, claims } = question
  const all = variants.flatMap(({ bySeed }) => [...bySeed.values()])
  return {
    name,
    asks,
    setting,
    published,
    size,
    seeds,
    text: { name: text.name, vocab: text.vocab, losses: text.losses },
    day: all
      .map(({ day }) => day)
      .sort()
      .at(-1),
    seconds: all.reduce((sum, each) => sum + each.seconds, 0),
    measures,
    curves,
    variants: variants.map((each) => answeredVariant(each, question, seeds)),
    verdicts: claims.flatMap((claim) => ('order' in claim ? [] : [verdictOf(claim, found, text)])),
    orders: claims.flatMap((claim) => ('order' in claim ? [orderOf(claim, found)] : [])),
  }
}

function answeredVariant(
  { variant: { name, setting }, bySeed }: FoundVariant,
  { measures, curves = {} }: LabQuestion,
  seeds: number,
): AnsweredVariant {
  const known = [...bySeed].map(([seed, { measured }]) => ({ seed, ...measured }))
  return {
    name,
    setting,
    missing: Array.from({ length: seeds }, (_, seed) => seed).filter((seed) => !bySeed.has(seed)),
    seeds: known.map(({ seed, numbers }) => ({ seed, numbers })),
    means: Object.fromEntries(
      Object.keys(measures).map((measure) => [
        measure,
        intervalOf(known.map(({ numbers }) => numbers[measure] ?? Number.NaN)),
      ]),
    ),
    curves: Object.fromEntries(
      Object.keys(curves).flatMap((curve) => {
        const own = known.flatMap((each) => each.curves?.[curve] ?? [])
        return own.length === 0 ? [] : [[curve, meanCurve(own)]]
      }),
    ),
    texts: known[0]?.texts ?? {},
  }
}

/** The mean of curves, at the places of the first. */
function meanCurve(curves: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[]) {
  const [{ x }] = curves
  return { x, y: x.map((_, i) => curves.reduce((sum, { y }) => sum + y[i], 0) / curves.length) }
}

/** The numbers of a variant by seed. */
function numbersOf({ variants, question }: Findings, name: string, measure: string): ReadonlyMap<number, number> {
  const found = variants.find(({ variant }) => variant.name === name)
  if (!found) throw new Error(`lab: ${question.name} claims something of "${name}", which is none of its variants.`)
  return new Map([...found.bySeed].map(([seed, { measured }]) => [seed, measured.numbers[measure] ?? Number.NaN]))
}

function measureOf({ question }: Findings, name: string): Measure {
  const measure = question.measures[name]
  if (!measure) throw new Error(`lab: ${question.name} claims something of "${name}", which it does not measure.`)
  return measure
}

function verdictOf(claim: Claim, found: Findings, text: LabText): Verdict {
  const { measure, of, against, expects } = claim
  const rule = measureOf(found, measure)
  const value = typeof against === 'string' ? undefined : knownValue(against, text)
  const decision = decide({
    ...rule,
    of: numbersOf(found, of, measure),
    against: typeof against === 'string' ? numbersOf(found, against, measure) : knownValue(against, text),
  })
  const verdict = {
    measure,
    of,
    against: typeof against === 'string' ? against : against.called,
    ...(value !== undefined && { value }),
    ...(expects && { expects }),
    ...decision,
  }
  return { ...verdict, says: `${subject(found, rule)}${verdictSays(verdict, rule)}` }
}

const knownValue = ({ value }: Reference, { losses }: LabText): number =>
  typeof value === 'number' ? value : losses[value]

function orderOf(chain: Chain, found: Findings): OrderVerdict {
  const rule = measureOf(found, chain.measure)
  const names = chain.order.flat()
  const values = new Map(names.map((name) => [name, numbersOf(found, name, chain.measure)]))
  const decision = decideChain(chain.order, values, rule)
  return { ...chain, ...decision, says: `${subject(found, rule)}${chainSays({ ...chain, ...decision }, rule)}` }
}

/** `Loss: `, where a question claims something of several measures. */
const subject = ({ question }: Findings, { title }: Measure): string =>
  new Set(question.claims.map(({ measure }) => measure)).size > 1 ? `${title}: ` : ''

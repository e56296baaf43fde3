// Sentences of verdicts: every word follows from the numbers.

import type { Chain, Claim, Measure } from './question.ts'
import { type ChainDecision, type Decision, fewestSeeds, type Interval } from './verdict.ts'

/** A claim and what became of it. */
export interface Verdict extends Decision, Pick<Claim, 'measure' | 'of' | 'expects'> {
  /** A variant, or what a number is called. */
  readonly against: string
  /** The number, where it is one. */
  readonly value?: number
  readonly says: string
}

/** An ordering and what became of it. */
export interface OrderVerdict extends ChainDecision, Chain {
  readonly says: string
}

/** `−0.012`: as many digits as the margin needs; whole numbers are exact where there is none. */
export function amount(value: number, { margin }: Pick<Measure, 'margin'>, { isSigned = false } = {}): string {
  const exact = Number.isInteger(value) ? 0 : 2
  const digits = margin > 0 ? Math.min(8, Math.max(0, 1 - Math.floor(Math.log10(margin)))) : exact
  const text = Math.abs(value).toFixed(digits)
  const isNothing = Number(text) === 0
  return `${isNothing ? '' : value < 0 ? '−' : isSigned ? '+' : ''}${text}`
}

/** `+0.003 nats per character (−0.010 to 0.016)` */
function differenceText({ mean, low, high }: Interval, measure: Measure): string {
  return `${amount(mean, measure, { isSigned: true })} ${measure.unit} (${amount(low, measure)} to ${amount(high, measure)})`
}

/** The sentence or two that a verdict says. */
export function verdictSays(verdict: Omit<Verdict, 'says'>, measure: Measure): string {
  const { outcome, expects, difference, against, value } = verdict
  const words = value === undefined ? outcomes : sides(measure)
  const other = value === undefined ? quotedName(against) : `${against} (${amount(value, measure)})`
  const of = quotedName(verdict.of)
  const told = {
    better: `${of} is ${words.better} ${other}${by(difference, measure)}`,
    worse: `${of} is ${words.worse} ${other}${by(difference, measure)}`,
    'no difference': `no difference at this size between ${of} and ${other}${by(difference, measure)}${difference ? `, within the margin of ±${amount(measure.margin, measure)}` : ''}`,
    'not enough seeds': `${of} against ${other}: not enough seeds: ${lacking(verdict, measure)}`,
  }[outcome]
  const sentence = `${told}${ruinedText(verdict)}.`
  return `${sentence[0].toUpperCase()}${sentence.slice(1)}${expectation(outcome, expects, words)}`
}

const outcomes = { better: 'better than', worse: 'worse than' } as const

/** Of a number one is not better, but on one side. */
const sides = ({ better }: Measure): { readonly better: string; readonly worse: string } =>
  better === 'lower' ? { better: 'below', worse: 'above' } : { better: 'above', worse: 'below' }

const by = (difference: Interval | undefined, measure: Measure): string =>
  difference ? `: ${differenceText(difference, measure)}` : ''

function lacking({ seeds, difference }: Omit<Verdict, 'says'>, measure: Measure): string {
  if (seeds < fewestSeeds) return `${seeds} of at least ${fewestSeeds}`
  if (!difference) return 'they do not agree'
  return `${differenceText(difference, measure)} is neither on one side of 0 nor within the margin of ±${amount(measure.margin, measure)}`
}

function ruinedText({ of, against, ruined, seeds }: Omit<Verdict, 'says'>): string {
  const told = [
    [of, ruined.of],
    [against, ruined.against],
  ].flatMap(([name, count]) =>
    Number(count) > 0 ? [`${quotedName(String(name))} came to no numbers in ${count} of ${seeds} seeds`] : [],
  )
  return told.length > 0 ? `; ${told.join(', ')}` : ''
}

function expectation(
  outcome: Verdict['outcome'],
  expects: Verdict['expects'],
  words: { readonly better: string; readonly worse: string },
): string {
  if (expects === undefined) return ''
  if (outcome === expects) return ' As expected.'
  return ` Expected: ${expects === 'no difference' ? expects : words[expects].replace(' than', '')}.`
}

/** The sentences of an ordering. */
export function chainSays(chain: Chain & ChainDecision, measure: Measure): string {
  const order = chain.order
    .map((each) => (typeof each === 'string' ? quotedName(each) : each.map(quotedName).join(' ≈ ')))
    .join(' < ')
  const found = chain.found.map(({ name, next = '' }) => `${quotedName(name)} ${next}`.trim()).join(' ')
  const against = chain.pairs.filter(
    ({ outcome, expects }) =>
      outcome !== expects && (chain.outcome !== 'does not hold' || outcome !== 'not enough seeds'),
  )
  const why = against.map(({ expects: _, ...pair }) => verdictSays({ ...pair, measure: chain.measure }, measure))
  const told = { holds: 'holds', 'does not hold': 'does not hold', undecided: 'is undecided' }[chain.outcome]
  return [
    `The order, the best first, ${order} ${told}.`,
    ...(chain.outcome === 'holds' ? [] : [`Found: ${found}.`, ...why]),
  ].join(' ')
}

const quotedName = (name: string): string => `“${name}”`

// The rule by which the lab's numbers speak: one for all questions, a function of numbers alone.
//
//   dₛ        the difference of two variants in seed s: both had the same batches, and weights of one name began equal
//   interval  mean(d) ± t · s(d) / √n         Student's t at 97.5 % for n − 1 degrees of freedom: 95 % of such intervals hold the truth
//
//   fewer than 3 seeds                                  not enough seeds
//   the interval lies within ± margin                   no difference at this size
//   it lies on one side of 0                            better, or worse
//   it reaches both sides, and beyond the margin        not enough seeds: more of them make it narrower
//
// The margin says which differences count as none; each measure brings its own. That an interval within it is needed to say "no
// difference", rather than one that holds 0, is the test of equivalence of Schuirmann 1987. The rule knows nothing of what was tried
// before: margins, sizes or seeds that are chosen by looking at results make it err more often than it says.
// A training that came to numbers that are none is worse than any that did not; where that happened in some seeds only, more are needed.

import { meanOf, standardError } from '../inspect/means.ts'
import type { Outcome } from './question.ts'

/** The fewest seeds of which anything is said. */
export const fewestSeeds = 3

/** A mean, and where the truth lies: in 95 of 100 such intervals. */
export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
  /** The standard error of the mean: s / √n. */
  readonly error: number
}

/** The numbers of two variants in the same seeds, or of one and a number, which is then the same in all. */
export interface Compared {
  readonly better: 'lower' | 'higher'
  readonly margin: number
  /** By seed; NaN where a training came to numbers that are none. */
  readonly of: ReadonlyMap<number, number>
  readonly against: ReadonlyMap<number, number> | number
}

export interface Decision {
  readonly outcome: Outcome
  /** The number of seeds that both have. */
  readonly seeds: number
  /** `of` less `against`; undefined where seeds are too few, or came to no numbers. */
  readonly difference: Interval | undefined
  /** The number of those seeds in which the trainings came to numbers that are none. */
  readonly ruined: { readonly of: number; readonly against: number }
}

/** The mean of some numbers with its interval; undefined for fewer than two, and where one is not finite. */
export function intervalOf(values: readonly number[]): Interval | undefined {
  const n = values.length
  if (n < 2 || !values.every(Number.isFinite)) return undefined
  const [mean, error] = [meanOf(values), standardError(values)]
  const half = studentT(n - 1) * error
  return { mean, low: mean - half, high: mean + half, error }
}

/** Says which of two is better, by the rule above. */
export function decide({ better, margin, of, against }: Compared): Decision {
  const seeds = [...of.keys()].filter((seed) => typeof against === 'number' || against.has(seed))
  const pairs = seeds.map((seed) => ({
    of: of.get(seed) ?? Number.NaN,
    against: typeof against === 'number' ? against : (against.get(seed) ?? Number.NaN),
  }))
  const ruined = {
    of: pairs.filter((pair) => !Number.isFinite(pair.of)).length,
    against: pairs.filter((pair) => !Number.isFinite(pair.against)).length,
  }
  const count = pairs.length
  const few = { seeds: count, difference: undefined, ruined }
  if (count < fewestSeeds) return { outcome: 'not enough seeds', ...few }
  if (ruined.of + ruined.against > 0) return { outcome: ofRuined(ruined, count), ...few }
  const difference = intervalOf(pairs.map((pair) => pair.of - pair.against))
  return { outcome: difference ? ofInterval(difference, better, margin) : 'not enough seeds', ...few, difference }
}

function ofInterval({ low, high }: Interval, better: 'lower' | 'higher', margin: number): Outcome {
  if (low >= -margin && high <= margin) return 'no difference'
  if (low > 0) return better === 'higher' ? 'better' : 'worse'
  if (high < 0) return better === 'lower' ? 'better' : 'worse'
  return 'not enough seeds'
}

function ofRuined(ruined: { readonly of: number; readonly against: number }, count: number): Outcome {
  if (ruined.of === count && ruined.against === count) return 'no difference'
  if (ruined.of === count && ruined.against === 0) return 'worse'
  if (ruined.against === count && ruined.of === 0) return 'better'
  return 'not enough seeds'
}

/** An ordering, as it was expected and as it came out. */
export interface ChainDecision {
  /** `holds` where every pair came out as expected, `undecided` where some have not enough seeds and no other contradicts. */
  readonly outcome: 'holds' | 'does not hold' | 'undecided'
  /** The pairs that were compared: those of one group with those of the next, and those of one group with one another. */
  readonly pairs: readonly ChainPair[]
  /** The order that came out, the best first, with what stands between neighbours. */
  readonly found: readonly { readonly name: string; readonly next?: '<' | '≈' | '?' }[]
}

/** A pair of an ordering. */
export interface ChainPair extends Decision {
  readonly of: string
  readonly against: string
  readonly expects: 'better' | 'no difference'
}

/**
 * Says whether an ordering came out.
 *
 * - `order`: names, the best first; those in an inner list are said to be equal
 */
export function decideChain(
  order: readonly (string | readonly string[])[],
  values: ReadonlyMap<string, ReadonlyMap<number, number>>,
  { better, margin }: Pick<Compared, 'better' | 'margin'>,
): ChainDecision {
  const valuesOf = (name: string) => values.get(name) ?? new Map<number, number>()
  const compare = (of: string, against: string) =>
    decide({ better, margin, of: valuesOf(of), against: valuesOf(against) })
  const groups = order.map((each) => (typeof each === 'string' ? [each] : each))
  const wanted = groups.flatMap((group, i) => [
    ...group.flatMap((of, j) =>
      group.slice(j + 1).map((against) => ({ of, against, expects: 'no difference' as const })),
    ),
    ...group.flatMap((of) => (groups[i + 1] ?? []).map((against) => ({ of, against, expects: 'better' as const }))),
  ])
  const pairs = wanted.map((each) => ({ ...each, ...compare(each.of, each.against) }))
  const isAgainst = pairs.some(({ outcome, expects }) => outcome !== expects && outcome !== 'not enough seeds')
  const isOpen = pairs.some(({ outcome }) => outcome === 'not enough seeds')
  const sorted = sortedByMean(groups.flat(), valuesOf, better)
  const found = sorted.map((name, i) => {
    const next = sorted[i + 1]
    if (next === undefined) return { name }
    const { outcome } = compare(name, next)
    return { name, next: outcome === 'better' ? '<' : outcome === 'no difference' ? '≈' : '?' } as const
  })
  return { outcome: isAgainst ? 'does not hold' : isOpen ? 'undecided' : 'holds', pairs, found }
}

/** Names by the mean of their numbers, the best first; those without a mean come last. */
function sortedByMean(
  names: readonly string[],
  valuesOf: (name: string) => ReadonlyMap<number, number>,
  better: 'lower' | 'higher',
): string[] {
  const worst = Infinity
  const rank = (name: string): number => {
    const all = [...valuesOf(name).values()]
    const mean = meanOf(all)
    return Number.isFinite(mean) ? (better === 'lower' ? mean : -mean) : worst
  }
  return names.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
}

/** Student's t at 97.5 %, for 1, 2, … degrees of freedom. */
const firstOfT = [12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814]

/** Student's t at 97.5 %. Beyond the table: the expansion of Fisher and Cornish 1960, right to 10⁻⁴ there. */
export function studentT(freedom: number): number {
  if (freedom <= firstOfT.length) return firstOfT[freedom - 1]
  const z = 1.959964
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
  ]
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z)
}

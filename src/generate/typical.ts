// Of some tokens, those that are neither too surprising nor too expected: what sampling keeps by looking at the entropy of all.
//
//   entropy = −Σ p ln p       surprise of a token = −ln p
//
// Weights are probabilities that are not divided by their sum, the largest first.

import * as elementary from '../tensor/elementary.ts'

/** So many of the likeliest are looked at by top-h. */
export const mostForEntropy = 100

/** Conditions that few programs set; each has a value that keeps all. */
export interface TypicalConditions {
  readonly topH: number
  readonly typicalP: number
  readonly epsilon: number
  readonly eta: number
}

/** Throws for conditions that mean nothing. */
export function checkConditions({ topH, typicalP, epsilon, eta }: TypicalConditions): void {
  const problem = !(topH > 0 && topH <= 1)
    ? `topH is ${topH}; it must be above 0 and at most 1, which keeps all`
    : !(typicalP > 0 && typicalP <= 1)
      ? `typicalP is ${typicalP}; it must be above 0 and at most 1, which keeps all`
      : !(epsilon >= 0 && epsilon < 1)
        ? `epsilon is ${epsilon}; it must be from 0, which keeps all, and below 1`
        : !(eta >= 0 && eta < 1)
          ? `eta is ${eta}; it must be from 0, which keeps all, and below 1`
          : undefined
  if (problem) throw new Error(`sample: ${problem}.`)
}

/** True where tokens are left out that are not the least likely. */
export const narrows = ({ typicalP, epsilon, eta }: TypicalConditions): boolean =>
  typicalP < 1 || epsilon > 0 || eta > 0

/** The rank at which the weights of those that are left, added up, pass this share of their sum. */
export function drawn(weights: readonly number[], conditions: TypicalConditions, share: number): number {
  const ranks = unsurprising(weights, conditions)
  let rest = share * ranks.reduce((sum, rank) => sum + weights[rank], 0)
  let at = 0
  while (at < ranks.length - 1 && (rest -= weights[ranks[at]]) >= 0) at++
  return ranks[at]
}

/** The number of the first that together hold this share of the entropy; at least 1. */
export function countOfEntropy(weights: readonly number[], share: number): number {
  const terms = probabilitiesOf(weights).map((p) => (p > 0 ? -p * elementary.logOf(p) : 0))
  const most = share * terms.reduce((sum, term) => sum + term, 0)
  let held = 0
  let count = 0
  while (count < terms.length && (held += terms[count]) <= most) count++
  return Math.max(1, count)
}

/** The ranks of those that are left, in order. */
function unsurprising(weights: readonly number[], { typicalP, epsilon, eta }: TypicalConditions): number[] {
  let ranks = [...weights.keys()]
  const now = (): number[] => probabilitiesOf(ranks.map((rank) => weights[rank]))
  if (typicalP < 1) {
    const kept = typical(now(), typicalP)
    ranks = ranks.filter((_, i) => kept.has(i))
  }
  // The likeliest of those that are left stays, and what is as likely.
  const atLeast = (p: readonly number[], least: number): number[] =>
    ranks.filter((_, i) => p[i] >= least || p[i] === p[0])
  if (epsilon > 0) ranks = atLeast(now(), epsilon)
  if (eta > 0) {
    const p = now()
    ranks = atLeast(p, Math.min(eta, Math.sqrt(eta) * elementary.expOf(-entropyOf(p))))
  }
  return ranks
}

/** Those whose surprise is nearest to the entropy, until they reach the share. */
function typical(p: readonly number[], share: number): ReadonlySet<number> {
  const entropy = entropyOf(p)
  const distances = p.map((each) => (each > 0 ? Math.abs(-elementary.logOf(each) - entropy) : Infinity))
  const order = [...p.keys()].sort((a, b) => distances[a] - distances[b] || a - b)
  let reached = 0
  let last = 0
  while (last < order.length - 1 && (reached += p[order[last]]) < share) last++
  const most = distances[order[last]]
  return new Set(order.filter((i) => distances[i] <= most))
}

function probabilitiesOf(weights: readonly number[]): number[] {
  const sum = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / sum)
}

const entropyOf = (p: readonly number[]): number =>
  p.reduce((sum, each) => sum - (each > 0 ? each * elementary.logOf(each) : 0), 0)

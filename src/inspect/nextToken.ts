// The distribution from which the next token is drawn, step by step: from logits to shares, and what of them sampling leaves.
//
//   scaled   logit / temperature                  power   e^(scaled − largest)
//   share    power / Σ power                      chance  power / Σ power of those that are kept; 0 for the others
//
// What is kept is what the sampler keeps, by the same code.

import { Candidates, checkSampling, likeliest } from '../generate/sample.ts'

/** The conditions under which a token is drawn. */
export interface DrawConditions {
  readonly temperature: number
  /** 0 for all. */
  readonly topK: number
  /** 1 for all. */
  readonly topP: number
  /** 0 for all. */
  readonly minP: number
}

/** A token that may come next. */
export interface NextToken {
  readonly id: number
  readonly logit: number
  /** logit / temperature; undefined at temperature 0, where only the likeliest is taken. */
  readonly scaled: number | undefined
  /** e^(scaled − largest) */
  readonly power: number
  readonly share: number
  readonly isKept: boolean
  /** The probability with which it is drawn. */
  readonly chance: number
}

/** The tokens that may come next, the likeliest first. */
export interface NextTokenFacts extends DrawConditions {
  readonly rows: readonly NextToken[]
  /** Σ power over the vocabulary. */
  readonly whole: number
  /** The number of tokens that are kept, and their share together. */
  readonly kept: number
  readonly keptShare: number
  /** All that stand in no row. */
  readonly others: { readonly count: number; readonly share: number; readonly chance: number }
  /** The entropy of what is drawn from, in nats. */
  readonly entropy: number
}

/**
 * The likeliest next tokens, and what becomes of them under some conditions.
 *
 * - `top`: the number of rows
 *
 * Throws for conditions that mean nothing.
 */
export function nextTokenFacts(logits: ArrayLike<number>, conditions: DrawConditions, top: number): NextTokenFacts {
  checkSampling({ ...conditions, seed: 0 })
  const { temperature } = conditions
  const isGreedy = temperature === 0
  const candidates = new Candidates(logits.length)
  candidates.choose(logits, 0)
  candidates.weigh(logits, isGreedy ? 1 : temperature)
  const first = likeliest(logits)
  const { kept, sum: keptSum } = candidates.keep({ ...conditions, topH: 1, typicalP: 1, epsilon: 0, eta: 0 }, undefined)
  const all = Array.from({ length: logits.length }, (_, rank) => {
    const id = candidates.token(rank)
    const power = isGreedy ? Number(id === first) : candidates.weight(rank)
    return { id, power, isKept: isGreedy ? id === first : rank < kept }
  })
  const whole = all.reduce((sum, { power }) => sum + power, 0)
  const drawnFrom = isGreedy ? 1 : keptSum
  const described = all.map(
    ({ id, power, isKept }): NextToken => ({
      id,
      logit: logits[id],
      scaled: isGreedy ? undefined : logits[id] / temperature,
      power,
      share: power / whole,
      isKept,
      chance: isKept ? power / drawnFrom : 0,
    }),
  )
  const rest = described.slice(top)
  const total = (list: readonly NextToken[], of: 'share' | 'chance'): number =>
    list.reduce((sum, each) => sum + each[of], 0)
  return {
    ...conditions,
    rows: described.slice(0, top),
    whole,
    kept: isGreedy ? 1 : kept,
    keptShare: drawnFrom / whole,
    others: { count: rest.length, share: total(rest, 'share'), chance: total(rest, 'chance') },
    entropy: described.reduce((sum, { chance }) => (chance > 0 ? sum - chance * Math.log(chance) : sum), 0),
  }
}

// The guess of logits at one position: the likeliest tokens, how sure they are, and where the tokens stand that are followed.

import { checkFinite } from '../../engine/finite.ts'
import type { Guess, Placing } from '../stream/guesses.ts'
import type { JourneyGuess } from './steps.ts'

/** The tokens that a journey follows, and the number of guesses that are told. */
export interface Followed {
  readonly token: number
  readonly against: number | undefined
  readonly top: number
}

/**
 * The guess of logits at a temperature, in double precision; 0 gives everything to the likeliest.
 *
 * - `what`: whose they are, for messages
 */
export function guessOf(
  logits: ArrayLike<number>,
  { token, against, top }: Followed,
  { what, temperature = 1 }: { readonly what: string; readonly temperature?: number },
): JourneyGuess {
  checkFinite(`journey: what ${what} says`, logits)
  const first = likeliestOf(logits, 1)[0]
  const largest = logits[first]
  const below = (id: number): number => (logits[id] - largest) / temperature
  let [whole, weighted] = [0, 0]
  for (let id = 0; id < logits.length; id++) {
    const difference = temperature === 0 ? (id === first ? 0 : -Infinity) : below(id)
    const power = Math.exp(difference)
    whole += power
    if (power > 0) weighted += power * difference
  }
  const guess = (id: number): Guess => ({
    id,
    logit: temperature === 0 ? logits[id] : logits[id] / temperature,
    probability: temperature === 0 ? Number(id === first) : Math.exp(below(id)) / whole,
  })
  const placing = (id: number): Placing => ({ ...guess(id), rank: rankOf(logits, id) })
  return {
    guesses: likeliestOf(logits, top).map(guess),
    entropy: Math.log(whole) - weighted / whole,
    token: placing(token),
    ...(against !== undefined && { against: placing(against) }),
  }
}

/** The ids of the largest logits, best first; of equal ones the lower. */
export function likeliestOf(logits: ArrayLike<number>, count: number): number[] {
  const best: number[] = []
  for (let id = 0; id < logits.length; id++) {
    if (best.length === count && !(logits[id] > logits[best[count - 1]])) continue
    const at = best.findLastIndex((each) => logits[each] >= logits[id]) + 1
    best.splice(at, 0, id)
    if (best.length > count) best.pop()
  }
  return best
}

/** The number of tokens with a strictly larger logit. */
export function rankOf(logits: ArrayLike<number>, id: number): number {
  let rank = 0
  for (let other = 0; other < logits.length; other++) if (logits[other] > logits[id]) rank++
  return rank
}

/** The probabilities of all tokens at a temperature; 0 gives everything to the likeliest. */
export function sharesOf(logits: ArrayLike<number>, temperature: number): number[] {
  const first = likeliestOf(logits, 1)[0]
  if (temperature === 0) return Array.from(logits, (_, id) => Number(id === first))
  const powers = Array.from(logits, (logit) => Math.exp((logit - logits[first]) / temperature))
  const whole = powers.reduce((sum, power) => sum + power, 0)
  return powers.map((power) => power / whole)
}

// The guess of logits at one position: the likeliest tokens, how sure they are, and where the tokens stand that are followed.

import { checkFinite } from '../../engine/finite.ts'
import type { Guess, Placing } from '../stream/guesses.ts'
import { likeliestOf } from '../stream/likeliest.ts'
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

/** The number of tokens with a strictly larger logit. */
function rankOf(logits: ArrayLike<number>, id: number): number {
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

/** The tokens that are followed: those that were asked for, or the likeliest. Throws for one that is not there. */
export function followedIn(
  logits: Float32Array,
  {
    token,
    against,
    top = 5,
  }: { readonly token?: number | undefined; readonly against?: number | undefined; readonly top?: number | undefined },
): Followed {
  for (const id of [token, against]) if (id !== undefined) checkToken(id, logits.length)
  return { token: token ?? likeliestOf(logits, 1)[0], against, top: Math.min(top, logits.length) }
}

function checkToken(id: number, vocab: number): void {
  if (Number.isInteger(id) && id >= 0 && id < vocab) return
  throw new Error(
    `journey: there is no token with the id ${id}; the vocabulary has ${vocab === 1 ? 'one, 0' : `0 to ${vocab - 1}`}.`,
  )
}

/** The place of a position, counted from 0. Throws for one that the text does not have. */
export function askedPlace(position: number, length: number): number {
  if (Number.isInteger(position) && position >= -length && position < length)
    return position < 0 ? position + length : position
  throw new Error(
    `journey: there is no position ${position}; the text has ${length === 1 ? 'one, 0' : `0 to ${length - 1}`}. Give one of these, or count from the end: -1 is the last.`,
  )
}

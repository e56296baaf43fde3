// A prediction before the reveal: which token ends the journey? Three are offered, and whoever has chosen one is scored as the model is.
//
//   surprise of a choice = −ln p(choice)         entropy = Σ p · −ln p: the surprise that the model's own draws bring on average
//
// So whoever always takes the likeliest is below the entropy, and whoever draws as the model does is at it.

import { meanOf } from '../means.ts'
import type { Guess } from '../stream/guesses.ts'
import type { Journey } from './steps.ts'

/** A token that may be chosen. */
export interface PredictionChoice {
  readonly id: number
  readonly probability: number
  /** −ln of the probability, in nats. */
  readonly surprise: number
}

/** The question before the last card. */
export interface Prediction {
  /** The token that was drawn; of a model that draws none, the likeliest. */
  readonly truth: number
  readonly isDrawn: boolean
  /** Three tokens, the truth among them, in the order of their ids, which says nothing. */
  readonly choices: readonly PredictionChoice[]
  /** Of all tokens at the temperature, in nats. */
  readonly entropy: number
}

/** A prediction with what somebody has chosen. */
export interface MadePrediction extends Prediction {
  readonly chosen: number
}

/** Several predictions together. */
export interface PredictionScore {
  readonly count: number
  readonly right: number
  /** The mean surprise of what was chosen, and the mean entropy, in nats. */
  readonly surprise: number
  readonly entropy: number
}

const offered = 3

/** The question that a journey ends with; undefined for a model without logits over a vocabulary. */
export function predictionOf({ steps }: Journey): Prediction | undefined {
  const last = steps.findLast((step) => step.kind === 'temperature') ?? steps.findLast((step) => step.kind === 'logits')
  if (!last) return undefined
  const { guesses, entropy } = last.guess
  const drawn = steps.findLast((step) => step.kind === 'draw')
  const truth: Pick<Guess, 'id' | 'probability'> = drawn ?? guesses[0]
  const others = guesses.filter(({ id }) => id !== truth.id).slice(0, offered - 1)
  return {
    truth: truth.id,
    isDrawn: drawn !== undefined,
    choices: [truth, ...others]
      .map(({ id, probability }) => ({ id, probability, surprise: -Math.log(probability) }))
      .sort((a, b) => a.id - b.id),
    entropy,
  }
}

/** The score of predictions that were made. Throws for none. */
export function predictionScore(made: readonly MadePrediction[]): PredictionScore {
  if (made.length === 0) throw new Error('predictions: there is none to score. Choose a token first.')
  const surprises = made.map(({ choices, chosen }) => choices.find(({ id }) => id === chosen)?.surprise ?? Infinity)
  return {
    count: made.length,
    right: made.filter(({ truth, chosen }) => truth === chosen).length,
    surprise: meanOf(surprises),
    entropy: meanOf(made.map(({ entropy }) => entropy)),
  }
}

// What is asked to be watched, from its name: a score, several scores in one word, or an address.

import { type AxisPlaces, parseAddress } from '../../tensor/address.ts'
import { didYouMean } from '../../text/spelling.ts'
import type { AddressAsked } from './addressGauge.ts'
import type { LossAsked } from './batchGauge.ts'
import { type CompositionName, compositionNames } from './circuitGauges.ts'
import { type HeadScoreName, headScoreUnits } from './headGauge.ts'

/** Norms of weights, of gradients, and of the last step's update. */
export type NormsName = 'weight-norms' | 'gradient-norms' | 'update-norms'

/** Everything that is asked for, each thing once. */
export interface WatchAsked {
  readonly losses: readonly LossAsked[]
  readonly heads: readonly HeadScoreName[]
  /** Those of them that were named by themselves: a text has to tell these. */
  readonly namedHeads: readonly HeadScoreName[]
  readonly compositions: readonly CompositionName[]
  readonly copying: boolean
  readonly norms: readonly NormsName[]
  readonly addresses: readonly AddressAsked[]
}

const headNames = Object.keys(headScoreUnits) as HeadScoreName[]
const normNames = ['weight-norms', 'gradient-norms', 'update-norms'] as const satisfies readonly NormsName[]
const compositions = Object.keys(compositionNames) as CompositionName[]
const losses = ['loss', 'loss-by-position', 'in-context'] as const

/** The scores that can be watched, with a line about each; `heads`, `composition` and `norms` are several. */
export const watchScores: Readonly<Record<string, string>> = {
  loss: 'the loss of a batch that is held back, in nats; loss {position: 5} is that at a place',
  'loss-by-position': 'the same at every position',
  'in-context': 'how much lower the loss is late in a text than early: late − early, in nats',
  previous: 'of each head, its share on the token before',
  duplicate: 'its share on earlier tokens like this one',
  induction: 'its share on what followed earlier tokens like this one, all of them',
  first: 'its share on the first token',
  entropy: 'how widely it looks, in nats',
  distance: 'how far, in places',
  heads: 'these six',
  'composition-q': 'how much of what an earlier head writes a later one reads for its queries',
  'composition-k': 'for its keys',
  'composition-v': 'for its values',
  composition: 'these three',
  copying: 'whether what a head writes of a token raises that token, by weights: −1 to 1',
  'weight-norms': 'how long the weights are, of every tensor and every part',
  'gradient-norms': 'how long the gradients of a batch that is held back are',
  'update-norms': 'how far the last step took them, and the ratio to their length',
  norms: 'these three',
}

const several: Readonly<Record<string, readonly string[]>> = {
  heads: headNames,
  composition: compositions,
  norms: normNames,
}

/**
 * Everything that some words ask for: names of scores, an address, `norm ADDRESS` or `mean ADDRESS`, `loss {position: 5}`.
 *
 * - `known`: the addresses that the model has
 *
 * Throws for a word that is neither a score nor an address; the message names the nearest.
 */
export function watchAsked(words: readonly string[], known: readonly string[]): WatchAsked {
  const all = [...new Set(words.flatMap((word) => several[word.trim()] ?? [word.trim()]))]
  const named = <N extends string>(names: readonly N[]): N[] => names.filter((name) => all.includes(name))
  const scores: readonly string[] = [...losses, ...headNames, ...compositions, 'copying', ...normNames]
  const others = all.filter((word) => !scores.includes(word))
  const places = others.map((word) => placeOf(word))
  return {
    losses: [...named(losses), ...places.filter((each) => each !== undefined)],
    heads: named(headNames),
    namedHeads: headNames.filter((name) => words.some((word) => word.trim() === name)),
    compositions: named(compositions),
    copying: all.includes('copying'),
    norms: named(normNames),
    addresses: others.filter((_, i) => places[i] === undefined).map((word) => addressAsked(word, known)),
  }
}

/** The places of `loss {position: 5}`; undefined for anything else. */
function placeOf(word: string): AxisPlaces | undefined {
  if (!/^loss\s*\{/.test(word)) return undefined
  const { at = {} } = parseAddress(word)
  if (Object.keys(at).join() === 'position') return at
  throw new Error(`watch: "${word}": the loss has one axis, "position". Write loss {position: 5}.`)
}

function addressAsked(word: string, known: readonly string[]): AddressAsked {
  const [, score = 'value', text = word] = /^(norm|mean)\s+(.+)$/s.exec(word) ?? []
  // What is one word is a score that is not known, unless the model has such a value.
  if (/^[\w-]+$/.test(text) && !known.includes(text)) throw unknown(text, known)
  return { score: score as AddressAsked['score'], address: parseAddress(text) }
}

const unknown = (word: string, known: readonly string[]): Error =>
  new Error(
    `watch: there is no score "${word}" and no such value.${didYouMean(word, [...Object.keys(watchScores), ...known]) || ` Scores are ${Object.keys(watchScores).join(', ')}; values are addresses, such as blocks.0.attention.pattern {head: 0}.`}`,
  )

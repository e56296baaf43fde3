// The short journey: the few parts that mattered most for one prediction, each with what it added to the logit. A head's amount is itself
// a sum over its sources, share · value · W_O · readout: so it is said of whom it was.

import type { AttributionRow } from '../stream/attributionFacts.ts'
import { productOf } from '../stream/vectors.ts'
import { mixedHeads } from './attentionSteps.ts'
import type { DirectEffects } from './directEffects.ts'
import { type JourneySight, numbersHere } from './journeySight.ts'
import type { AttentionNodes, Stop } from './route.ts'
import type { JourneyGuess, MovedSource } from './steps.ts'

/** A source of a head, and its part of the head's effect. */
export interface SourceEffect extends MovedSource {
  readonly logit: number
}

/** A part that mattered: a head, a hidden unit, the token's own row, … */
export interface ShortPart extends AttributionRow {
  /** Of a head: its sources, those with the largest share first. */
  readonly sources?: readonly SourceEffect[]
  /** True where the sources are those of the encoder's text. */
  readonly isAcross?: boolean
  /** Of a hidden unit: how strongly it fires. */
  readonly value?: number
}

/** The parts with the largest direct effect on a logit, or on the difference of two. */
export interface ShortJourney {
  readonly position: number
  /** The token whose logit it is, and the one whose logit is taken away from it. */
  readonly token: number
  readonly against?: number
  readonly logit: number
  /** The probability of the token, and of the other one. */
  readonly probability: number
  readonly againstProbability?: number
  /** The largest first, by |logit|. */
  readonly parts: readonly ShortPart[]
  /** All other parts together. */
  readonly others: { readonly count: number; readonly logit: number }
  /** The biases of all parts, which add the same whatever is read; `const`: those that no part of the stream has. */
  readonly biases: { readonly count: number; readonly logit: number }
  readonly const: number
  /** The sum of parts, others, biases and `const`: the logit, up to rounding. */
  readonly sum: number
  /** The part that is no sum of earlier ones, if there is one: what a norm gave (post-norm). */
  readonly stopsAt?: string
}

/**
 * The parts with the largest direct effects.
 *
 * - `said`: the guess of the logits; `most`: the number of parts
 */
export function shortJourney(
  sight: JourneySight,
  stops: readonly Stop[],
  { attribution, direction }: DirectEffects,
  { said, most }: { readonly said: JourneyGuess; readonly most: number },
): ShortJourney {
  const { rows, token, against, logit, position, stopsAt } = attribution
  const [biases, own] = [rows.filter(({ part }) => part === 'bias'), rows.filter(({ part }) => part !== 'bias')]
  const sorted = own.toSorted((a, b) => Math.abs(b.logit) - Math.abs(a.logit))
  const together = (some: readonly AttributionRow[]) => ({
    count: some.length,
    logit: some.reduce((sum, row) => sum + row.logit, 0),
  })
  return {
    position,
    token,
    ...(against !== undefined && { against }),
    logit,
    probability: said.token.probability,
    ...(said.against && { againstProbability: said.against.probability }),
    parts: sorted.slice(0, most).map((row) => ({ ...row, ...detailsOf(sight, stops, row, direction) })),
    others: together(sorted.slice(most)),
    biases: together(biases),
    const: attribution.const,
    sum: attribution.sum,
    ...(stopsAt !== undefined && { stopsAt }),
  }
}

/** The sources of a head with what each of them adds; how strongly a hidden unit fires. */
function detailsOf(
  sight: JourneySight,
  stops: readonly Stop[],
  { head, neuron, address = '' }: AttributionRow,
  direction: Float64Array,
): Partial<ShortPart> {
  const own = stops.filter(({ part }) => part !== '' && address.startsWith(`${part}.`))
  if (head !== undefined) {
    const found = own.flatMap((stop) => ('attention' in stop ? [stop.attention] : []))[0]
    return found ? { sources: sourcesOf(sight, found, head, direction), isAcross: found.isAcross } : {}
  }
  const found = neuron === undefined ? undefined : own.find((stop) => stop.kind === 'hidden')
  return found && neuron !== undefined ? { value: numbersHere(sight, found.hidden).data[neuron] } : {}
}

/** The sources of a head, those with the largest shares: share · (value · W_O) · readout of each, by way of a LayerScale where one is. */
function sourcesOf(
  sight: JourneySight,
  attention: AttentionNodes,
  head: number,
  direction: Float64Array,
): SourceEffect[] {
  const { sources, moves } = mixedHeads(sight, attention)[head]
  const scale = attention.scale && numbersHere(sight, attention.scale).data
  const way = scale ? direction.map((cell, i) => cell * scale[i]) : direction
  return sources.map((each) => ({ ...each, logit: each.share * productOf(moves(each.source), way) }))
}

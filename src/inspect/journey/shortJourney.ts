// The short journey: the few parts that mattered most for one prediction, each with what it added to the logit. A head's amount is itself
// a sum over its sources, share · value · W_O · readout: so it is said of whom it was.

import type { AttributionRow } from '../stream/attribution.ts'
import type { MovedSource } from './steps.ts'

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
  readonly id: number
  /** The token whose logit it is, and the one whose logit is taken away from it. */
  readonly token: number
  readonly against?: number
  readonly logit: number
  /** The probability of the token, and of the other one. */
  readonly probability: number
  readonly againstProbability?: number
  /** The largest first, by |logit|. */
  readonly parts: readonly ShortPart[]
  /** All other parts together; `const` is what no part adds. */
  readonly others: { readonly count: number; readonly logit: number }
  readonly const: number
  /** The sum of parts, others and `const`: the logit, up to rounding. */
  readonly sum: number
  /** The part that is no sum of earlier ones, if there is one: what a norm gave (post-norm). */
  readonly stopsAt?: string
}

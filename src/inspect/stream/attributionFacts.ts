// What direct logit attribution finds: a logit, or the difference of two, as a sum over the parts of the stream.

import type { PartLabel } from './parts.ts'

/** A part of the stream, and the amount that it adds. */
export interface AttributionRow extends PartLabel {
  /** The amount that it adds to the logit, or to the difference. */
  readonly logit: number
  /** The length of the part, √Σ part². */
  readonly norm: number
  /** The cosine of its angle to the whole stream. */
  readonly cosine: number
}

/** A logit, or a difference of two, as a sum over the parts of the stream. */
export interface Attribution {
  /** None where it is a sum over all positions, of a model that reads several at once. */
  readonly position?: number
  /** The id of the token whose logit it is, and of the one whose logit is taken away from it. */
  readonly token: number
  readonly against?: number
  /** The logit at that position as the model gives it, or the difference of the two. */
  readonly logit: number
  readonly rows: readonly AttributionRow[]
  /** The amount that no part of the stream adds: the biases of the norm and of the unembedding. */
  readonly const: number
  /** The sum of all rows and `const`: the logit, up to rounding. */
  readonly sum: number
  /** The length of the stream, and the factor s of the last norm, where there is one number of it. */
  readonly norm: number
  readonly factor?: number
  /** Where it is a sum over all positions: the amount that the stream at each adds. */
  readonly places?: readonly number[]
  /** The part that is no sum of earlier ones, if there is one: what a norm gave (post-norm). */
  readonly stopsAt?: string
}

/** An attribution at one position. */
export interface PlacedAttribution extends Attribution {
  readonly position: number
}

// What patches do to a metric, over pairs: the mean, as a share of the way, and how far it may be off.

import { checkFinite } from '../../engine/finite.ts'
import { meanOf, standardError } from '../means.ts'
import type { PatchDirection } from './pairs.ts'

/** The effect of one patch. */
export interface PatchEffect {
  /** The metric with the patch, its mean over the pairs. */
  readonly raw: number
  /** The change of the metric by the patch. */
  readonly effect: number
  /** The effect as a share of the way from the patched text to the other: 1 is all of it. */
  readonly normalised: number
  /** The standard error of `normalised` over the pairs; NaN for one pair. */
  readonly error: number
}

/** The metric of both texts, and over how many pairs. */
export interface PatchedPairs {
  readonly direction: PatchDirection
  readonly pairs: number
  /** The metric of the two texts, their means over the pairs. */
  readonly clean: number
  readonly corrupt: number
}

/** The metric of one pair: of the text that is patched, of the other, and with each patch. */
export interface MeasuredPair {
  readonly base: number
  readonly other: number
  readonly patched: readonly number[]
}

/** The metric of both texts. Throws where it is NaN or infinite in one. */
export function measuredPairs(
  found: readonly Pick<MeasuredPair, 'base' | 'other'>[],
  direction: PatchDirection = 'denoising',
): PatchedPairs {
  for (const { base, other } of found) checkFinite('patch: the logit that is looked at', [base, other])
  const [base, other] = [meanOf(found.map(({ base }) => base)), meanOf(found.map(({ other }) => other))]
  const [clean, corrupt] = direction === 'denoising' ? [other, base] : [base, other]
  return { direction, pairs: found.length, clean, corrupt }
}

/** The effect of patch number `patch`. */
export function effectOf(found: readonly MeasuredPair[], patch: number): PatchEffect {
  const shares = found.map(({ base, other, patched }) => (patched[patch] - base) / (other - base))
  return {
    raw: meanOf(found.map(({ patched }) => patched[patch])),
    effect: meanOf(found.map(({ patched, base }) => patched[patch] - base)),
    normalised: meanOf(shares),
    error: standardError(shares),
  }
}

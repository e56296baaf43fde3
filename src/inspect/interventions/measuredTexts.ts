// What is measured of pairs in a pass: the metric, and the texts with the inputs that tell it their tokens.

import type { InputValues } from '../../model/inputValues.ts'
import type { Names } from '../../tensor/names.ts'
import { checkReaches } from './checkReaches.ts'
import { metricOfPairs, type PairMetric } from './metric.ts'
import { type Paired, wayOf } from './pairs.ts'

/** The text of a pair that is patched, and the one that values come from. */
export interface MeasuredTexts {
  readonly base: InputValues
  readonly other: InputValues
  /** The inputs of the metric for this pair, besides its texts. */
  readonly asked: InputValues
}

/**
 * The metric of pairs, and their texts.
 *
 * Throws for a metric of no token or position of the model, and for one that nothing reaches that differs between the texts of a pair.
 * `asker`: who asks, for messages.
 */
export function measuredTexts(
  names: Names,
  settings: Paired,
  asker: string,
): { readonly metric: PairMetric; readonly texts: readonly MeasuredTexts[] } {
  const { pairs, direction } = settings
  const metric = metricOfPairs(settings, asker)
  checkReaches(metric.of(names), pairs, asker)
  const texts = pairs.map((pair) => ({ ...wayOf(pair, direction), asked: metric.inputs(names, pair.metric) }))
  return { metric, texts }
}

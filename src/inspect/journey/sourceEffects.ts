// What attention brings from each source to a logit, layer by layer:
//
//   effect(layer, source) = Σ over heads of share · (value · W_O) · readout
//
// All sources of a head add up to the head's row of the attribution (attribution.ts): so the amount of a head is told apart by where it
// comes from, the patches of a picture or the places of a sound.

import type { Looking } from '../editedPass.ts'
import { journey } from './journeys.ts'

/** The effects of one layer's attention, one for each source. */
export interface LayerSources {
  readonly layer: number
  readonly logits: readonly number[]
}

/**
 * The effects of sources on a logit, or on the difference of two, by layer.
 *
 * - `count`: the number of sources; `isAcross`: true for those of an encoder, which attention across looks at
 *
 * Throws for a model whose logit is no sum of parts.
 */
export async function sourceEffects({
  count,
  isAcross,
  token,
  against,
  position,
  ...looking
}: Looking & {
  readonly count: number
  readonly isAcross: boolean
  readonly token: number
  readonly against?: number | undefined
  readonly position?: number | undefined
}): Promise<LayerSources[]> {
  const question = { token, against, position, sources: count, parts: Number.POSITIVE_INFINITY }
  const { short, noShort } = await journey({ ...looking, ...question })
  if (!short) throw new Error(noShort ?? 'attribute: the model says nothing of tokens or classes.')
  const heads = short.parts.filter((part) => part.sources !== undefined && (part.isAcross ?? false) === isAcross)
  return [...Map.groupBy(heads, ({ layer = 0 }) => layer)]
    .toSorted(([a], [b]) => a - b)
    .map(([layer, parts]) => {
      const logits = Array<number>(count).fill(0)
      for (const { sources = [] } of parts) for (const { source, logit } of sources) logits[source] += logit
      return { layer, logits }
    })
}

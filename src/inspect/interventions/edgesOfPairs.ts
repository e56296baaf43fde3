// The edges of a model over pairs of texts: what every instrument of edges begins with.

import type { Edited } from '../../edit/edit.ts'
import type { InputValues } from '../../model/inputValues.ts'
import type { AnyModel } from '../../model/language.ts'
import type { Names } from '../../tensor/names.ts'
import { editedPass, type Looking } from '../editedPass.ts'
import { measuredTexts } from './measuredTexts.ts'
import type { PairMetric } from './metric.ts'
import { type Paired, sizesOfPairs } from './pairs.ts'
import { type StreamEdges, streamEdges } from './streamEdges.ts'

export interface EdgesOfPairs {
  /** The first clean text, whose sizes all texts have. */
  readonly looking: Looking
  /** The names of a pass over one text. */
  readonly names: Names
  readonly edges: StreamEdges
  readonly metric: PairMetric
  /** The texts of each pair, with the inputs of the metric. */
  readonly texts: readonly { readonly base: InputValues; readonly other: InputValues }[]
}

/**
 * The edges of a model, and the texts that are measured. `asker`: who asks, for messages.
 *
 * Throws for pairs of other lengths, for a metric of no token or position of the model, and for models without one stream that is a sum.
 */
export async function edgesOfPairs(settings: Edited<AnyModel> & Paired, asker: string): Promise<EdgesOfPairs> {
  const { model, engine, edits, pairs } = settings
  sizesOfPairs(settings, asker)
  checkOneStream(model)
  const looking = { model, engine, edits, inputs: pairs[0].clean }
  const names = await editedPass(looking, asker)
  const { metric, texts } = measuredTexts(names, settings, asker)
  return {
    ...{ looking, names, metric },
    edges: streamEdges(names, asker),
    texts: texts.map(({ base, other, asked }) => ({ base: { ...base, ...asked }, other: { ...other, ...asked } })),
  }
}

/** Throws for models in which one stream looks at another. */
function checkOneStream({ kind }: AnyModel): void {
  if (kind === 'encoder-decoder')
    throw new Error(
      'edges: the decoder looks at the stream of an encoder, so that there is no one stream whose edges these would be. Patch values instead.',
    )
}

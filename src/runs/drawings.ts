// Runs that draw (as encoder-decoder): each reads words and writes the codes of a picture.

import type { Processor } from '../checkpoint/processor.ts'
import { edgeOf } from '../data/codec.ts'
import type { Drawing } from '../data/drawings.ts'
import type { Pair, PairOptions } from '../data/pairs.ts'
import { type Fitting, pairsWithin } from '../data/textExamples.ts'
import { withChannels } from '../image/picture.ts'
import type { SequenceModel } from '../model/language.ts'

/** A model that draws, with what makes pairs of drawings for it. */
export interface Drawer extends Processor {
  readonly model: SequenceModel
}

/**
 * The pairs that a model makes of drawings, without those that are too long for it, and how they begin and end. Throws for pictures of
 * another size than it draws.
 */
export function pairsOfDrawings(
  drawings: readonly Drawing[],
  { model, tokenizer, codec }: Drawer,
): Fitting<Pair> & { readonly options: PairOptions } {
  if (codec?.kind !== 'picture') throw new Error('drawings: there is no codec that makes ids of pictures. Give one.')
  const { channels } = codec.layout
  const pairs = drawings.map(({ words, picture }) => ({
    source: tokenizer.encode(words, { special: true }),
    target: codec.encode(channels === 3 ? withChannels(picture, 3) : picture),
  }))
  const edge = edgeOf(codec)
  // What stands in padding is seen by nobody; it must be an id of both sides.
  return { ...pairsWithin(pairs, model.config.context), options: { begin: edge, end: edge, pad: 0 } }
}

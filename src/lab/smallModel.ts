// A small language model, put together from the parts that its choices name.

import { Decoder } from '../model/decoder.ts'
import { dropRates } from '../model/dropout.ts'
import { Linear } from '../model/linear.ts'
import { type Extent, maskWhere } from '../model/masks.ts'
import { LayerNorm } from '../model/norm.ts'
import { add, less, lessEqual, maximum } from '../tensor/primitives.ts'
import { smallBlock } from './smallBlock.ts'
import { type SmallModel, startOf, timesLonger } from './smallChoices.ts'
import { smallEmbedding, smallPositions } from './smallPositions.ts'

/** The model with these choices, for a vocabulary. It reads texts of `timesLonger` · context tokens. */
export function smallModel(choices: SmallModel, vocab: number): Decoder {
  const { context, model, layers, norm, diagonal, sight, dropout } = choices
  return new Decoder({
    embedding: smallEmbedding(choices, vocab),
    positions: smallPositions(choices),
    blocks: Array.from({ length: layers }, () => smallBlock(choices)),
    // What comes out of a post-norm block is normalised already.
    norm: norm === 'pre' ? new LayerNorm({ over: { model } }) : undefined,
    unembedding: new Linear({ from: { model }, to: { vocab }, bias: true, start: startOf(choices, model, vocab) }),
    context: timesLonger * context,
    ...(dropout > 0 && { drops: dropRates(dropout) }),
    ...(!diagonal && { sight: before }),
    ...(sight !== 'past' && { sight: (extent: Extent) => wrongly(extent, sight) }),
  })
}

/** A position looks at what came before it, and not at itself; the first has nothing else to look at. */
export const before = (extent: Extent) => maskWhere(extent, (position, source) => less(source, maximum(position, 1)))

/** A mask as nobody should have it who predicts what comes next: it shows the answer. */
const wrongly = (extent: Extent, sight: 'next' | 'all') =>
  maskWhere(extent, (position, source) =>
    lessEqual(source, add(position, sight === 'next' ? 1 : (extent.source ?? extent.position))),
  )

// Where a model looks in a picture: the shares that one of its positions gives to every patch, head by head; and where what stands there in
// the end comes from, by rollout.

import type { Extents } from '../../model/patchEmbedding.ts'
import type { Looking } from '../editedPass.ts'
import { attentionPatterns } from '../pattern.ts'
import { checkNumbers } from '../patternLayers.ts'
import { carriedBack, withSkip } from './rollout.ts'

/** The shares of one head, or of all layers together. */
export interface PictureShares {
  readonly layer: number
  readonly head: number
  /** Of each patch, row by row of the picture. */
  readonly patches: Float64Array
  /** Of the positions before the patches: the class token, and what stands beside it. */
  readonly before: Float64Array
}

export interface PictureAttention {
  /** The position that looks: 0 is the class token. */
  readonly position: number
  readonly grid: Extents
  readonly heads: readonly PictureShares[]
  /** The rollout of all layers, for that position. */
  readonly rollout: Pick<PictureShares, 'patches' | 'before'>
}

/**
 * Where one position of a model looks in a picture.
 *
 * - `inputs`: the prepared picture, `{ pixels }`
 * - `grid`: the rows and columns of its patches
 * - `layers`, `heads`: those that are wanted; all if not given. The rollout is of all.
 * - `position`: that of the class token if not given
 *
 * Throws for a position, a layer or a head that the model does not have.
 */
export async function pictureAttention({
  grid,
  layers,
  heads,
  position = 0,
  ...looking
}: Looking & {
  readonly grid: Extents
  readonly layers?: readonly number[] | undefined
  readonly heads?: readonly number[] | undefined
  readonly position?: number
}): Promise<PictureAttention> {
  const patterns = await attentionPatterns(looking)
  const size = patterns[0].positions
  if (!(Number.isInteger(position) && position >= 0 && position < size))
    throw new Error(`attention: there is no position ${position}; the model has ${size}, from 0, the class token.`)
  const before = size - grid.down * grid.across
  const cut = (row: ArrayLike<number>) => {
    const all = Float64Array.from(row)
    return { patches: all.slice(before), before: all.slice(0, before) }
  }
  const count = (name: 'layer' | 'head'): number => new Set(patterns.map((pattern) => pattern[name])).size
  checkNumbers('layer', layers, count('layer'))
  checkNumbers('head', heads, count('head'))
  const wanted = patterns.filter(
    ({ layer, head }) => (layers?.includes(layer) ?? true) && (heads?.includes(head) ?? true),
  )
  const layersBack = [...Map.groupBy(patterns, ({ layer }) => layer).values()].toReversed()
  const rolled = layersBack.reduce<Float64Array>(
    (row, own) =>
      carriedBack(
        withSkip(
          own.map(({ shares }) => shares),
          size,
        ),
        row,
      ),
    Float64Array.from({ length: size }, (_, i) => Number(i === position)),
  )
  return {
    position,
    grid,
    heads: wanted.map(({ layer, head, shares }) => ({
      layer,
      head,
      ...cut(shares.subarray(position * size, (position + 1) * size)),
    })),
    rollout: cut(rolled),
  }
}

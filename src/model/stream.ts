// The residual stream: one vector for every position, which every part reads and adds to. All parts of a model speak of it.

import type { Tensor } from '../tensor/node.ts'
import { add, index, lessEqual } from '../tensor/primitives.ts'

/** What flows through a model. */
export type Stream = Tensor<'batch' | 'position' | 'model'>

/** The tokens' numbers in the vocabulary. */
export type Ids = Tensor<'batch' | 'position'>

/** Numbers of positions: 0 is the first of those that are computed. */
export type Places = Tensor<'batch' | 'position'>

/** 1 where a position may look at a source, 0 where not. */
export type Mask = Tensor<'position' | 'source'>

/** One number for every entry of the vocabulary, before softmax. */
export type Logits = Tensor<'batch' | 'position' | 'vocab'>

/**
 * The causal mask: a position looks at itself and at what came before, source ≤ position.
 *
 * With a cache the positions begin at `start`, and the sources at 0.
 */
export function causal({
  position,
  source = position,
  start,
}: {
  position: number
  source?: number
  start?: Tensor<never>
}): Mask {
  const place = index('position', position)
  return lessEqual(index('source', source), start ? add(place, start) : place)
}

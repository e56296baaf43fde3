// Masks: which sources a position may look at, as conditions on the two places. 1 where it may, 0 where not.
//
//   causal    source ≤ position                        sliding   source > position − width
//   prefix    source ≤ max(position, prefix − 1)       padding   source < length, or source ≥ padding on the left
//   edges     source → position is in a list: any graph
//
// A mask restricts, so two of them together are their product. All of those but the last keep a run of neighbouring sources for each
// position; engines see that, and do not even visit the others.

import type { Mask } from '../tensor/attention.ts'
import { type AttentionEdge, checkEdges } from '../tensor/edges.ts'
import type { Tensor } from '../tensor/node.ts'
import { add, index, less, lessEqual, maximum, multiply, subtract, table } from '../tensor/primitives.ts'

export type { Mask } from '../tensor/attention.ts'

/** The number of positions that ask and of sources that answer, and where the positions begin: behind what a cache holds, or at 0. */
export interface Extent {
  readonly position: number
  /** As many as positions if not given. */
  readonly source?: number
  readonly start?: Tensor<never>
}

/** A mask given by its condition: `maskWhere(extent, (position, source) => lessEqual(source, position))`. */
export function maskWhere<A extends string>(
  { position, source = position, start }: Extent,
  condition: (position: Tensor<'position'>, source: Tensor<'source'>) => Tensor<A>,
): Tensor<A> {
  const places = index('position', position)
  return condition(start ? add(places, start) : places, index('source', source))
}

/** A position looks at itself and at what came before. */
export function causal(extent: Extent): Tensor<'position' | 'source'> {
  return maskWhere(extent, (position, source) => lessEqual(source, position))
}

/** A position looks at nothing that is `width` or more places before it. Beltagy et al. 2020; Mistral. */
export function sliding(extent: Extent, width: number): Tensor<'position' | 'source'> {
  return maskWhere(extent, (position, source) => less(subtract(position, width), source))
}

/** Causal, but for the first `prefix` sources, which every position sees: they may look at one another both ways. */
export function prefixed(extent: Extent, prefix: number): Tensor<'position' | 'source'> {
  return maskWhere(extent, (position, source) => lessEqual(source, maximum(position, prefix - 1)))
}

/** The mask that hides padding: what stands behind the length of its row. */
export function upTo(source: number, lengths: Tensor<'batch'>): Tensor<'batch' | 'source'> {
  return less(index('source', source), lengths)
}

/** The mask that hides padding at the beginning: the first so many of each row. */
export function after(source: number, padding: Tensor<'batch'>): Tensor<'batch' | 'source'> {
  return lessEqual(padding, index('source', source))
}

/**
 * The mask that is a graph: a position looks at the sources of the edges that end at it, at nothing else, itself included. One at which no
 * edge ends looks at nothing, and receives 0. Attention under such a mask is a graph attention network (Veličković et al. 2017), with dot
 * products for its scores.
 *
 *   model.states({ ids }, { keep: maskOfEdges({ position: 34 }, edges) })
 *
 * Throws for no edges at all, for one that begins or ends at no node, and for one that is there twice.
 */
export function maskOfEdges(
  { position: positions, source: sources = positions }: Omit<Extent, 'start'>,
  edges: readonly AttentionEdge[],
): Tensor<'position' | 'source'> {
  checkEdges('maskOfEdges', edges, { positions, sources })
  const cells = new Array<number>(positions * sources).fill(0)
  for (const { source, position } of edges) cells[position * sources + source] = 1
  return table({ position: positions, source: sources }, cells)
}

/** The mask that keeps what both keep. */
export function both(a: Mask | undefined, b: Mask | undefined): Mask | undefined {
  return a && b ? (multiply(a as Tensor<'source'>, b as Tensor<'source'>) as Mask) : (a ?? b)
}

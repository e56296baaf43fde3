// Attention over a list of edges: the same formula as in attention.ts, computed where there is an edge and nowhere else. Tokens are
// nodes, a position receives a message along each edge that ends at it:
//
//   score   = query[position] · key[source] / √d_k          for each edge, source → position
//   share   = e^score / Σ e^score                           over the edges that end at the same position
//   mixed   = Σ share · value[source]                       over the same
//
// With an edge wherever a mask is 1 it gives what the masked attention gives: a mask is a graph, and attention on a graph is message
// passing. Vaswani et al. 2017, section 3.2.1; Joshi 2025, "Transformers are graph neural networks". Its work grows with the number of
// edges, that of the masked attention with positions × sources.

import { checkAttended } from './attended.ts'
import { sizeOf } from './axes.ts'
import { requireEqualSizes } from './checks.ts'
import { type AttentionEdge, edgesByPosition } from './edges.ts'
import type { Node, Tensor } from './node.ts'
import { divide, dot, exp, gather, maximum, multiply, scatter, stopGradient, subtract, table } from './primitives.ts'

/** The values of attention over edges; `edge` runs along the edges in the order in which they were given. */
export interface EdgeAttentionValues<Q extends string> {
  readonly scores: Tensor<Exclude<Q, 'key' | 'position'> | 'edge'>
  readonly pattern: Tensor<Exclude<Q, 'key' | 'position'> | 'edge'>
  readonly mixed: Tensor<Exclude<Q, 'key'> | 'value'>
}

/**
 * Attention over a list of edges, with the axes of `attention`: query (batch, position, head, key) · key (batch, source, head, key) ·
 * value (batch, source, head, value) → mixed (batch, position, head, value), and scores and shares of each edge. All rows and heads have
 * the same edges. An edge from a node to itself is one like any other; a position at which none ends receives 0, and a source from which
 * none begins gets no gradient. It is made of primitives, so that it has gradients on every engine.
 *
 * - `scale`: the factor of query · key; 1 / √d_k if not given
 *
 * Throws for no edges at all, for one that ends or begins outside, for one that is there twice, and an AxisError where an axis is missing.
 */
export function edgeAttention<
  Q extends string,
  K extends Exclude<Q, 'position'> | 'source',
  V extends Exclude<Q, 'position' | 'key'> | 'source' | 'value',
>(
  query: Tensor<Q>,
  key: Tensor<K>,
  value: Tensor<V>,
  edges: readonly AttentionEdge[],
  { scale = sizeOf(query.axes, 'key') ** -0.5 }: { readonly scale?: number } = {},
): EdgeAttentionValues<Q> {
  return alongEdges(
    query as Node as Tensor,
    key as Node as Tensor,
    value as Node as Tensor,
    edges,
    scale,
  ) as Values as EdgeAttentionValues<Q>
}

interface Values {
  readonly scores: Tensor
  readonly pattern: Tensor
  readonly mixed: Tensor
}

function alongEdges(query: Tensor, key: Tensor, value: Tensor, edges: readonly AttentionEdge[], scale: number): Values {
  checkAttended(query, key, value)
  requireEqualSizes('edgeAttention', key, value)
  const positions = { name: 'position', size: sizeOf(query.axes, 'position') }
  const nodes = { positions: positions.size, sources: sizeOf(key.axes, 'source') }
  const sorted = edgesByPosition('edgeAttention', edges, nodes)
  const along = (places: readonly number[]): Tensor => table({ edge: edges.length }, places) as Node as Tensor
  const [from, to] = [along(edges.map(({ source }) => source)), along(edges.map(({ position }) => position))]

  const scores = multiply(dot(gather(query, to, 'position'), gather(key, from, 'source'), 'key'), scale)
  const powers = exp(subtract(scores, stopGradient(greatestOf(scores, sorted, along))))
  const axesOfSums = [positions, ...scores.axes.filter(({ name }) => name !== 'edge')]
  const sums = scatter(powers, to, positions, axesOfSums) as Tensor
  const pattern = divide(powers, gather(sums, to, 'position'))
  const messages = multiply(pattern, gather(value, from, 'source'))
  const own = { name: 'value', size: sizeOf(value.axes, 'value') }
  const axes = query.axes.map((axis) => (axis.name === 'key' ? own : axis))
  return { scores, pattern, mixed: scatter(messages, to, positions, axes) as Tensor }
}

/**
 * For each edge the greatest score of those that end where it ends, which keeps e^score finite. With the edges of a position one after the
 * other, steps of 1, 2, 4, … places see all of them: the greatest does not mind what it sees twice.
 */
function greatestOf(
  scores: Tensor,
  { order, first, last }: ReturnType<typeof edgesByPosition>,
  along: (places: readonly number[]) => Tensor,
): Tensor {
  let greatest = gather(scores, along(order), 'edge')
  const longest = Math.max(...order.map((_, i) => last[i] - first[i] + 1))
  for (let step = 1; step < longest; step *= 2) {
    const further = order.map((_, i) => (i + step <= last[i] ? i + step : i))
    greatest = maximum(greatest, gather(greatest, along(further), 'edge'))
  }
  const firstOf = new Array<number>(order.length)
  for (const [i, edge] of order.entries()) firstOf[edge] = first[i]
  return gather(greatest, along(firstOf), 'edge')
}

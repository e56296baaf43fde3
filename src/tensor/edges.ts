// Edges between the places of a text, or the nodes of any graph: from a source, which is looked at, to a position, which looks.

/** A position looks at a source: something goes from there to here. Both are counted from 0. */
export interface AttentionEdge {
  readonly source: number
  readonly position: number
}

/** The number of nodes at both ends of edges; the same nodes twice where positions look at one another. */
export interface EdgeEnds {
  readonly positions: number
  readonly sources: number
}

/** Throws where a list has no edge, one that begins or ends at no node, or one twice. `place` is who asks. */
export function checkEdges(place: string, edges: readonly AttentionEdge[], { positions, sources }: EdgeEnds): void {
  if (edges.length === 0)
    throw new Error(`${place}: there are no edges, so that nothing would look at anything. Give at least one.`)
  const met = new Map<number, number>()
  for (const [i, { source, position }] of edges.entries()) {
    for (const [what, node, count] of [
      ['source', source, sources],
      ['position', position, positions],
    ] as const)
      if (!(Number.isInteger(node) && node >= 0 && node < count))
        throw new Error(
          `${place}: edge ${i}, ${source} → ${position}: there is no ${what} ${node}; ${count === 1 ? 'the only one is 0' : `they are 0 to ${count - 1}`}. Mend the edge, or leave it out.`,
        )
    const cell = position * sources + source
    const before = met.get(cell)
    if (before !== undefined)
      throw new Error(
        `${place}: edges ${before} and ${i} are both ${source} → ${position}, and would count twice. Give each edge once.`,
      )
    met.set(cell, i)
  }
}

/**
 * The edges with those of each position one after the other: `order` has their places in the list, and for each place in the order stand
 * the first and the last with the same position. Throws as `checkEdges` does.
 */
export function edgesByPosition(
  place: string,
  edges: readonly AttentionEdge[],
  ends: EdgeEnds,
): { readonly order: readonly number[]; readonly first: readonly number[]; readonly last: readonly number[] } {
  checkEdges(place, edges, ends)
  const order = edges.map((_, i) => i).sort((a, b) => edges[a].position - edges[b].position || a - b)
  const first = new Array<number>(order.length)
  const last = new Array<number>(order.length)
  const isSame = (a: number, b: number): boolean => edges[order[a]]?.position === edges[order[b]]?.position
  for (let i = 0; i < order.length; i++) first[i] = isSame(i - 1, i) ? first[i - 1] : i
  for (let i = order.length - 1; i >= 0; i--) last[i] = isSame(i + 1, i) ? last[i + 1] : i
  return { order, first, last }
}

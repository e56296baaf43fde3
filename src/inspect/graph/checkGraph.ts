// A graph before it is written down: that its edges are between its nodes, and their weights are numbers.

import type { AttentionGraph } from './attentionGraph.ts'

/** The nodes and edges of a graph. */
export type NodesAndEdges = Pick<AttentionGraph, 'nodes' | 'edges'>

/** Throws for a graph without nodes, for two nodes of one id, for an edge of a node that is not there, and for a weight that is no number. */
export function checkGraph({ nodes, edges }: NodesAndEdges): void {
  if (nodes.length === 0) throw new Error('graph: there are no nodes. Give a text of at least one token.')
  const known = new Set<number>()
  for (const { id } of nodes) {
    if (known.has(id)) throw new Error(`graph: two nodes have the id ${id}. Give each an id of its own.`)
    known.add(id)
  }
  for (const [i, { source, target, weight }] of edges.entries()) {
    const unknown = [source, target].find((id) => !known.has(id))
    if (unknown !== undefined)
      throw new Error(
        `graph: edge ${i}, ${source} → ${target}: there is no node ${unknown}. Give it too, or leave the edge out.`,
      )
    if (!Number.isFinite(weight))
      throw new Error(
        `graph: edge ${i}, ${source} → ${target}: its weight is ${weight}. Give a finite number, or leave the edge out.`,
      )
  }
}
